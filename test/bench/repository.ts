// Repositories of a given size and the scripted models that work in them. Everything lies in a room of its own.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { insideRoom, type Room } from '../support/room.ts';

export const AGENT = fileURLToPath(new URL('agent.sh', import.meta.url));
export const BASELINE = fileURLToPath(new URL('baseline.sh', import.meta.url));

const PER_FOLDER = 100;
/** About what a source file has. */
const LINES = 40;

/** Makes `<room>/work/<name>` with so many committed files, packed as a clone has them; its path. */
export function makeRepository(room: Room, name: string, files: number, agents: readonly string[]): string {
  const dir = join(room.root, 'work', name);
  mkdirSync(insideRoom(dir), { recursive: true });
  const git = (args: readonly string[], input?: string) => {
    const done = spawnSync('git', args, {
      cwd: dir,
      env: { ...room.env },
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      ...(input === undefined ? {} : { input }),
    });
    if (done.status !== 0) throw new Error(`git ${args[0]}: ${done.stderr}`);
  };
  const own = agents.flatMap((agent) => Array.from({ length: 50 }, (_, n) => `files/${agent}-${n}.txt`));
  const rest = Array.from(
    { length: Math.max(0, files - own.length) },
    (_, n) => `src/${Math.floor(n / PER_FOLDER / PER_FOLDER)}/${Math.floor(n / PER_FOLDER)}/file-${n}.ts`,
  );
  const parts = ['commit refs/heads/main\ncommitter Bench <bench@example.invalid> 1700000000 +0000\ndata 5\nfirst\n'];
  for (const [n, path] of [...own, ...rest].entries()) {
    const text = Array.from({ length: LINES }, (_, line) => `const value_${n}_${line} = ${n * line};\n`).join('');
    parts.push(`M 100644 inline ${path}\ndata ${text.length}\n${text}\n`);
  }
  git(['init', '--quiet', '--initial-branch=main']);
  git(['fast-import', '--quiet'], parts.join(''));
  git(['reset', '--quiet', '--hard', 'main']);
  git(['update-index', '--refresh']);
  return dir;
}

/** Puts scripted models of these names on the room's PATH. */
export function installAgents(room: Room, names: readonly string[]): void {
  for (const name of names) {
    room.removeTool(name);
    copyFileSync(AGENT, join(room.bin, name));
  }
}

/** Takes the result of a run out of the tree, so that the next one finds what the first one found. */
export function tidy(room: Room, dir: string): void {
  const env = { ...room.env };
  for (const args of [
    ['reset', '--quiet', '--hard'],
    ['clean', '--quiet', '-ffdx'],
    ['update-index', '--refresh'],
  ]) {
    const done = spawnSync('git', args, { cwd: insideRoom(dir), env, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`git ${args[0]}: ${done.stderr}`);
  }
  const left = readdirSync(join(dir, '..')).filter((name) => name !== dir.split('/').at(-1));
  if (left.length > 0) throw new Error(`a run left beside the repository: ${left.join(', ')}`);
}
