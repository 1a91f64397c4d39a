// The plain shell script and ours, one after the other in the same repository, several times.
import { mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mmCommand } from '../support/paths.ts';
import { insideRoom, type Room, withRoom } from '../support/room.ts';
import { cpuGroup } from './cpu-group.ts';
import { type Measured, measure, median } from './measure.ts';
import { type BenchOptions, type Row, round } from './part.ts';
import { type BenchRecipe, writeBenchRecipe } from './recipe.ts';
import { BASELINE, installAgents, makeRepository, tidy } from './repository.ts';

const AGENTS = ['claude', 'gemini', 'codex'];
/** Sees what the sources hold, as tests and compilers do: a folder of them has no leftovers of a merge. */
export const GATE = `sleep 1 && ! grep -q '^<<<<<<<' src/0/0/*`;

export interface Rounds {
  readonly baseline: readonly Measured[];
  readonly ours: readonly Measured[];
}

export interface Side extends Measured {
  /** Git processes, and the seconds of processor time that they took in all; null where they were not counted. */
  readonly git: { readonly processes: number; readonly cpuS: number } | null;
}

export interface Place {
  readonly room: Room;
  readonly baseline: (how?: How) => Promise<Side>;
  readonly ours: (how?: How) => Promise<Side>;
  /** Says only what ours would do. */
  readonly dryRun: () => Promise<Side>;
}

interface How {
  /** Counts git, which makes each of them a little slower. */
  readonly countGit?: boolean;
}

/**
 * Hands over a repository of a given size in which both can be run; each run finds what the first one found.
 */
export function withBoth<T>(
  files: number,
  { runtime, verbose, prefix, ...recipeOf }: BenchOptions & Pick<BenchRecipe, 'asking' | 'verify'>,
  say: (text: string) => void,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  return withRoom(async (room) => {
    say(`${files} files: making the repository`);
    const dir = makeRepository(room, 'project', files, AGENTS);
    installAgents(room, AGENTS);
    const recipe = writeBenchRecipe(join(room.root, 'bench.yaml'), {
      gate: GATE,
      ...recipeOf,
      slots: {
        claude: { cli: 'claude', workspace: 'main' },
        gemini: { cli: 'gemini', workspace: 'worktree' },
        gpt: { cli: 'codex', workspace: 'worktree' },
      },
    });
    const once = async (command: readonly string[], { countGit = false }: How = {}): Promise<Side> => {
      rmSync(insideRoom(room.sessions), { recursive: true, force: true });
      mkdirSync(room.sessions, { recursive: true });
      const counted = countGit ? countingGit(room) : null;
      const env = { ...room.env, BENCH_GATE: GATE };
      const done = await measure([...prefix, ...command], { cwd: dir, env, group: cpuGroup() });
      if (done.code !== 0) throw new Error(`exit ${done.code}: ${command.join(' ')}\n${done.stdout}\n${done.stderr}`);
      if (verbose) say(`${done.stdout}\n${done.stderr}`);
      const git = counted?.() ?? null;
      tidy(room, dir);
      return { ...done, git };
    };
    const ours = [...mmCommand(runtime), recipe, 'add what is missing', '--headless', '--yes'];
    const place: Place = {
      room,
      baseline: (how) => once(['bash', BASELINE, 'add what is missing'], how),
      ours: (how) => once(ours, how),
      dryRun: () => once([...ours, '--dry-run']),
    };
    await place.ours(); // compiles what has changed since the last time
    return use(place);
  });
}

/** Runs them in turn, so that each of ours is compared with the baseline just before it, as the machine was then. */
export async function inTurn(place: Place, times: number, say: (text: string) => void): Promise<Rounds> {
  const rounds: { baseline: Measured[]; ours: Measured[] } = { baseline: [], ours: [] };
  for (let n = 0; n < times; n++) {
    rounds.baseline.push(await place.baseline());
    rounds.ours.push(await place.ours());
    const [script, mine] = [rounds.baseline[n]!, rounds.ours[n]!];
    say(`round ${n + 1}: baseline ${seconds(script.ms)}, ours ${seconds(mine.ms)}`);
  }
  return rounds;
}

/** How long both took, as a row has it, and the median of each round's ratio. */
export function compared({ baseline, ours }: Rounds): { readonly ratio: number; readonly values: Row['values'] } {
  const ratio = median(ours.map(({ ms }, n) => ms / baseline[n]!.ms));
  const secondsOf = (all: readonly Measured[]) => round(median(all.map(({ ms }) => ms)) / 1000);
  return {
    ratio,
    values: { 'baseline s': secondsOf(baseline), 'ours s': secondsOf(ours), ratio: round(ratio) },
  };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/**
 * Puts a git that notes each call and its processor time in the place of the room's.
 * @returns takes it away again, and says what was noted
 */
function countingGit(room: Room): () => { processes: number; cpuS: number } {
  const [tool, log] = [join(room.bin, 'git'), join(room.root, 'gits')];
  const git = realpathSync(tool);
  writeFileSync(log, '');
  room.installTool(
    'git',
    `#!${join(room.bin, 'bash')}\nTIMEFORMAT='%U %S'\nexec 3>&2\n{ time '${git}' "$@" 2>&3; } 2>>'${log}'\n`,
  );
  return () => {
    room.removeTool('git');
    symlinkSync(git, tool);
    const lines = readFileSync(log, 'utf8').trim().split('\n').filter(Boolean);
    const cpuS = lines.flatMap((line) => line.split(' ').map(Number)).reduce((sum, each) => sum + each, 0);
    return { processes: lines.length, cpuS };
  };
}
