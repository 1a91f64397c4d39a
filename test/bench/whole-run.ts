// Whole runs side by side: the plain shell script and ours, one after the other in the same repository, several times.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mmCommand } from '../support/paths.ts';
import { insideRoom, type Room, withRoom } from '../support/room.ts';
import { type Measured, measure, median } from './measure.ts';
import { type BenchOptions, type Part, type Row, round } from './part.ts';
import { writeBenchRecipe } from './recipe.ts';
import { BASELINE, installAgents, makeRepository, tidy } from './repository.ts';

const AGENTS = ['claude', 'gemini', 'codex'];
const GATE = 'sleep 1';
/** Longest lane and final gate: the models' 2 s, the gate of a lane, the gate of the result. */
const LIMIT_MS = 4000;

const TARGETS: Readonly<Record<number, { readonly ratio: number; readonly aboveMs: number }>> = {
  1000: { ratio: 0.75, aboveMs: 1000 },
  10000: { ratio: 0.68, aboveMs: 1500 },
  100000: { ratio: 0.5, aboveMs: 6000 },
};

export const wholeRun: Part = {
  title: 'Whole run: three models of 2 s, a gate of 1 s (limit 4.0 s), against the document as a shell script',
  async run(options, say) {
    const rows: Row[] = [];
    for (const files of options.files) rows.push(...(await withRoom((room) => runsOf(room, files, options, say))));
    return rows;
  },
};

async function runsOf(
  room: Room,
  files: number,
  { times, runtime, verbose, prefix }: BenchOptions,
  say: (text: string) => void,
): Promise<Row[]> {
  say(`${files} files: making the repository`);
  const dir = makeRepository(room, 'project', files, AGENTS);
  installAgents(room, AGENTS);
  const recipe = writeBenchRecipe(join(room.root, 'bench.yaml'), {
    gate: GATE,
    slots: {
      claude: { cli: 'claude', workspace: 'main' },
      gemini: { cli: 'gemini', workspace: 'worktree' },
      gpt: { cli: 'codex', workspace: 'worktree' },
    },
  });
  const once = async (command: readonly string[]): Promise<Measured> => {
    rmSync(insideRoom(room.sessions), { recursive: true, force: true });
    mkdirSync(room.sessions, { recursive: true });
    const done = await measure([...prefix, ...command], { cwd: dir, env: { ...room.env, BENCH_GATE: GATE } });
    if (done.code !== 0) throw new Error(`exit ${done.code}: ${command.join(' ')}\n${done.stdout}\n${done.stderr}`);
    if (verbose) say(`${done.stdout}\n${done.stderr}`);
    tidy(room, dir);
    return done;
  };
  const ourCommand = [...mmCommand(runtime), recipe, 'add what is missing', '--headless', '--yes'];
  const baseline: number[] = [];
  const ours: number[] = [];
  await once(ourCommand); // compiles what has changed since the last time
  for (let n = 0; n < times; n++) {
    baseline.push((await once(['bash', BASELINE, 'add what is missing'])).ms);
    ours.push((await once(ourCommand)).ms);
    say(`${files} files, round ${n + 1}: baseline ${seconds(baseline[n]!)}, ours ${seconds(ours[n]!)}`);
  }
  // each of ours is compared with the baseline run just before it, as the machine was then
  const ratio = median(ours.map((ms, n) => ms / baseline[n]!));
  const above = median(ours) - LIMIT_MS;
  const target = TARGETS[files];
  const reached = target === undefined ? null : ratio <= target.ratio && above <= target.aboveMs;
  return [
    {
      what: `${files} files`,
      values: {
        'baseline s': round(median(baseline) / 1000),
        'ours s': round(median(ours) / 1000),
        ratio: round(ratio),
        'above limit s': round(above / 1000),
      },
      reached,
      target: target === undefined ? '' : `ratio ≤ ${target.ratio}, above ≤ ${target.aboveMs / 1000} s`,
    },
  ];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
