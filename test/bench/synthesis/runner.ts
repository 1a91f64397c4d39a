// Runs a tree's tests: writes it to a folder of its own and has the suite run there (suites.ts), a few at once. The same
// files are never run twice.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GateRun } from '../../../lib/evidence/gate-state.ts';
import { InProcess, runByNode } from './suites.ts';
import { type Tree, treeId } from './trees.ts';

const AT_ONCE = 2;

/** How a run of a tree's tests ended, and what it said. */
export type Ran = Omit<GateRun, 'said'> & { readonly output: string };

export class Runner {
  private readonly known = new Map<string, Promise<Ran>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private folder: Promise<string> | null = null;
  private readonly cache: string | null;
  private readonly inProcess: InProcess | null;
  started = 0;

  /**
   * @param cache a folder that keeps results from one run of the benchmark to the next
   * @param byNode has every suite run in a process of its own by Node's test runner, much slower
   */
  constructor(cache: string | null = null, byNode = false) {
    this.cache = cache;
    this.inProcess = byNode ? null : new InProcess();
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
    this.inProcess?.close();
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
      for (const [path, text] of [...tree, ['package.json', '{"type":"module"}']] as const) {
        await mkdir(dirname(join(cwd, path)), { recursive: true });
        await writeFile(join(cwd, path), text);
      }
      await mkdir(join(cwd, 'test'), { recursive: true });
      return await (this.inProcess?.run(cwd) ?? runByNode(cwd));
    } finally {
      await rm(cwd, { recursive: true, force: true });
      this.running--;
      this.waiting.shift()?.();
    }
  }
}
