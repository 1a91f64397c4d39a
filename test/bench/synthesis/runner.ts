// Runs a tree's tests for real: writes it to a folder of its own and starts Node's test runner on it, a few at once.
// The same files are never run twice.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GateRun } from '../../../lib/evidence/gate-state.ts';
import { type Tree, treeId } from './trees.ts';

const LIMIT_MS = 20_000;
const AT_ONCE = 2;

// All test files in one process; one that can't be loaded is a failing test by its own name, as with `node --test`.
const RUN = `import { readdirSync } from 'node:fs';
import { test } from 'node:test';
for (const file of readdirSync(new URL('test/', import.meta.url)).sort()) {
  try {
    await import('./test/' + file);
  } catch (error) {
    test('test/' + file, () => { throw error; });
  }
}
`;

/** How a run of a tree's tests ended, and what it said. */
export type Ran = Omit<GateRun, 'said'> & { readonly output: string };

export class Runner {
  private readonly known = new Map<string, Promise<Ran>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private folder: Promise<string> | null = null;
  private readonly cache: string | null;
  started = 0;

  /** @param cache a folder that keeps results from one run of the benchmark to the next */
  constructor(cache: string | null = null) {
    this.cache = cache;
  }

  /** Runs the tests under `test/` of a tree. */
  run(tree: Tree): Promise<Ran> {
    const id = treeId(tree);
    const known = this.known.get(id) ?? this.recall(id, tree);
    this.known.set(id, known);
    return known;
  }

  /** Removes what was written. */
  async close(): Promise<void> {
    if (this.folder) await rm(await this.folder, { recursive: true, force: true });
  }

  private async recall(id: string, tree: Tree): Promise<Ran> {
    if (this.cache === null) return this.start(id, tree);
    const file = join(this.cache, `${id}.json`);
    if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Ran;
    const run = await this.start(id, tree);
    await mkdir(this.cache, { recursive: true });
    await writeFile(file, JSON.stringify(run));
    return run;
  }

  private async start(id: string, tree: Tree): Promise<Ran> {
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    this.started++;
    this.folder ??= mkdtemp(join(tmpdir(), 'mm-bench-synthesis-'));
    const cwd = join(await this.folder, id.slice(0, 12));
    try {
      for (const [path, text] of [...tree, ['package.json', '{"type":"module"}'], ['run.mjs', RUN]] as const) {
        await mkdir(dirname(join(cwd, path)), { recursive: true });
        await writeFile(join(cwd, path), text);
      }
      await mkdir(join(cwd, 'test'), { recursive: true });
      return await this.execute(cwd);
    } finally {
      await rm(cwd, { recursive: true, force: true });
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private execute(cwd: string): Promise<Ran> {
    return new Promise((resolve) => {
      const options = { cwd, timeout: LIMIT_MS, killSignal: 'SIGKILL' as const, env: { PATH: process.env.PATH ?? '' } };
      execFile('node', ['--test-reporter=tap', 'run.mjs'], options, (error, stdout, stderr) => {
        const output = stdout + stderr;
        if (!error) resolve({ exitCode: 0, signal: null, ended: 'exit', output });
        else if (error.killed) resolve({ exitCode: null, signal: 'SIGKILL', ended: 'timeout', output });
        else
          resolve({ exitCode: typeof error.code === 'number' ? error.code : 1, signal: null, ended: 'exit', output });
      });
    });
  }
}
