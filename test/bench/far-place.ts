// A repository and scripted models that work on other hosts: prefixes with homes of their own on this machine, each alone
// or behind what reaches it. Says what was called and what travelled.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import type { Event } from '../../lib/core/events.ts';
import { newestSession } from '../support/mm.ts';
import { mmCommand } from '../support/paths.ts';
import { insideRoom, type Room } from '../support/room.ts';
import { cpuGroup } from './cpu-group.ts';
import { type Measured, measure } from './measure.ts';
import type { BenchOptions } from './part.ts';
import { writeBenchRecipe } from './recipe.ts';
import { installAgents, makeRepository, tidy } from './repository.ts';

/** Sees what the sources hold, and takes no time. */
const GATE = `! grep -q '^<<<<<<<' src/0/0/*`;

export interface FarRun extends Measured {
  readonly events: readonly Event[];
  /** What the first far lane changed, compressed: bytes. */
  readonly compressed: number;
}

export interface FarPlace {
  readonly dir: string;
  /** Commits what lies there. */
  commit(): void;
  /** Runs to its end; throws when it does not complete, or a lane is out. @param where the lanes' hosts; null: here */
  run(where: Hosts | null, env?: Readonly<Record<string, string>>): Promise<FarRun>;
}

/** Each with its prefix; lanes are dealt out to them in turn. */
export type Hosts = Readonly<Record<string, readonly string[]>>;

/** @param lanes beside the primary, which works here */
export function makeFarPlace(room: Room, lanes: number, files: number, options: BenchOptions): FarPlace {
  const names = Array.from({ length: lanes + 1 }, (_, n) => `model-${n + 1}`);
  const dir = makeRepository(room, 'project', files, names.slice(0, 4));
  installAgents(room, names);
  const slots = Object.fromEntries(names.map((cli, n) => [cli, { cli, workspace: n === 0 ? 'main' : 'worktree' }]));
  const here = writeBenchRecipe(join(room.root, 'bench.yaml'), { gate: GATE, slots });
  return {
    dir,
    commit() {
      for (const args of [
        ['add', '--all'],
        ['commit', '--quiet', '--message', 'next'],
      ]) {
        const done = spawnSync('git', args, { cwd: insideRoom(dir), env: { ...room.env }, encoding: 'utf8' });
        if (done.status !== 0) throw new Error(`git ${args[0]}: ${done.stderr}`);
      }
    },
    async run(where, env = {}) {
      const recipe = where === null ? here : elsewhere(room, here, where, names.slice(1));
      rmSync(insideRoom(room.sessions), { recursive: true, force: true });
      mkdirSync(room.sessions);
      const command = [...options.prefix, ...mmCommand(options.runtime), recipe, 'add what is missing'];
      const done = await measure([...command, '--headless', '--yes'], {
        cwd: dir,
        env: { ...room.env, BENCH_SECONDS: '0', ...env },
        group: cpuGroup(),
      });
      const { sessionDir } = newestSession(room.sessions);
      const said = `${done.stdout.slice(-2000)}\n${done.stderr.slice(-4000)}`;
      if (done.code !== 0 || sessionDir === null) throw new Error(`exit ${done.code}\n${said}`);
      const lines = readFileSync(join(sessionDir, 'events.jsonl'), 'utf8').trimEnd().split('\n');
      const events = lines.map((line) => JSON.parse(line) as Event);
      const made = new Set(events.flatMap((event) => (event.type === 'candidate' ? [event.id] : [])));
      if (names.some((name) => !made.has(name)))
        throw new Error(`only ${[...made].join(', ')} made something\n${said}`);
      tidy(room, dir);
      const diff = readFileSync(join(sessionDir, `pass-0001/diffs/${names[1]}.diff`));
      return { ...done, events, compressed: gzipSync(diff, { level: 9 }).length };
    },
  };
}

function elsewhere(room: Room, here: string, where: Hosts, slots: readonly string[]): string {
  const file = join(room.root, 'far.yaml');
  const hosts = Object.keys(where);
  const text = stringify({
    recipe: 1,
    name: 'far',
    extends: here,
    hosts: Object.fromEntries(Object.entries(where).map(([name, via]) => [name, { via }])),
    set: Object.fromEntries(slots.map((slot, n) => [`slots.${slot}.host`, hosts[n % hosts.length]])),
  });
  writeFileSync(file, text);
  return file;
}

/** A host of a home of its own. @param front what reaches it */
export function hostAt(room: Room, name: string, front: readonly string[] = []): readonly string[] {
  const home = join(room.root, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.profile'), `PATH=${room.bin}\n`);
  return [...front, 'env', '-i', `HOME=${home}`, 'PATH=/usr/bin:/bin', 'SHELL=/bin/sh'];
}

export interface CountedCall {
  /** `hello`, `open`, `run` … */
  readonly verb: string;
  readonly out: number;
  readonly back: number;
  /** Bytes of the pack that came back. */
  readonly pack: number;
}

/** A front that keeps what goes through it. @returns it, and what reads and forgets what went through so far */
export function counting(room: Room): {
  readonly front: readonly string[];
  readonly calls: () => readonly CountedCall[];
} {
  const folder = join(room.root, 'calls');
  const script = join(room.root, 'counting');
  const text = `#!/bin/sh\nfile=${folder}/$$\necho "$*" >$file.words\ntee $file.out | "$@" | tee $file.back\n`;
  mkdirSync(folder);
  writeFileSync(script, text, { mode: 0o755 });
  const calls = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.words'))
      .map((name) => {
        const file = join(folder, name.slice(0, -'.words'.length));
        const verb = /\.sh mm-\w+ (\w+)/.exec(readFileSync(`${file}.words`, 'utf8'))?.[1] ?? 'hello';
        const pack = /^p (\d+)$/m.exec(readFileSync(`${file}.back`, 'latin1'))?.[1];
        const call = { verb, out: statSync(`${file}.out`).size, back: statSync(`${file}.back`).size };
        for (const end of ['words', 'out', 'back']) rmSync(`${file}.${end}`);
        return { ...call, pack: Number(pack ?? 0) };
      });
  return { front: [script], calls };
}

/** Milliseconds between the first event of a lane and the end of its gates. */
export function laneMs(events: readonly Event[], lane: string): number {
  const own = events.filter(
    (event) =>
      (event.type === 'step_start' || event.type === 'step_end') && event.lane === lane && event.step !== 'reset',
  );
  const at = (event: Event | undefined) => Date.parse(event?.at ?? '');
  return at(own.at(-1)) - at(own[0]);
}
