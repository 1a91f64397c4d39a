// Workspaces that stand free once their lanes are done: test benches on which any tree can be laid out and tested.
// The user's own tree is never one of them. Hands them out one by one; how a tree is laid out is told to it.
import { clearTimeout, setTimeout } from 'node:timers';
import type { Workspace } from '../candidate/workspace.ts';
import { inBackground } from '../system/background.ts';

/** How a bench is made where there is none, and how a tree gets onto one. */
export interface BenchCraft {
  /** Makes a workspace and calls `add`. */
  readonly make: () => Promise<unknown>;
  /** @param untouched nobody has changed anything on it since it was laid out last */
  readonly layOut: (workspace: Workspace, tree: string, untouched: boolean) => Promise<void>;
}

interface Bench {
  readonly workspace: Workspace;
  /** What it holds; null: unknown. */
  tree: string | null;
  /** Nobody has worked on it since that was laid out. */
  untouched: boolean;
  /** Keeps it from being tidied. */
  stay: () => void;
}

/** What is known of a workspace that becomes a bench. */
export interface Found {
  /** What it holds; null: unknown. */
  readonly tree: string | null;
  /** Nobody has worked there since that was laid out. */
  readonly untouched?: boolean;
}

/** Does it when nothing has come in between for a while; returns what keeps that from happening. */
export type WhenIdle = (work: () => void) => () => void;

/** Longer than one gate comes after another, or the end of the run after the last one. */
const IDLE_MS = 200;

const whenIdle: WhenIdle = (work) => {
  const timer = setTimeout(work, IDLE_MS).unref();
  return () => clearTimeout(timer);
};

const nothing = (): void => {};

export class Benches {
  readonly #whenIdle: WhenIdle;
  readonly #free: Bench[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #known = new Set<string>();
  readonly #withdrawn = new Set<string>();
  readonly #leaving = new Map<string, () => void>();
  readonly #tidying = new Set<Promise<void>>();
  #tidyingMayEnd = new AbortController();
  #count = 0;
  #making: Promise<unknown> | null = null;

  constructor(idle: WhenIdle = whenIdle) {
    this.#whenIdle = idle;
  }

  /** From now on the workspace serves as a bench. */
  add(workspace: Workspace, { tree, untouched = false }: Found): void {
    if (this.#withdrawn.has(workspace.id)) return;
    this.#known.add(workspace.id);
    this.#count++;
    this.#putBack({ workspace, tree, untouched, stay: nothing });
  }

  /**
   * A model worked or will work there: what it may leave would count as part of the trees that are tried there later.
   * Ends when nothing of ours works there any more. @returns whether it was a bench until now
   */
  async withdraw({ id }: Workspace): Promise<boolean> {
    if (this.#withdrawn.has(id) || !this.#known.has(id)) return false;
    this.#withdrawn.add(id);
    const free = this.#free.findIndex((bench) => bench.workspace.id === id);
    if (free === -1) await new Promise<void>((resolve) => this.#leaving.set(id, resolve));
    else {
      this.#free.splice(free, 1)[0]!.stay();
      this.#count--;
    }
    return true;
  }

  /** Forgets all benches: their workspaces are about to go. Ends when nothing of ours writes there any more. */
  async clear(): Promise<void> {
    for (const { stay } of this.#free) stay();
    this.#tidyingMayEnd.abort();
    await Promise.all(this.#tidying);
    this.#tidyingMayEnd = new AbortController();
    this.#free.length = 0;
    this.#count = 0;
    this.#making = null;
  }

  /**
   * Lays `tree` out on a free bench and works there; waits where none is free, makes one where there is none at all.
   * @param leavesChanged the work changes files: the tree has to be laid out anew for the next one
   */
  async use<T>(
    craft: BenchCraft,
    tree: string,
    work: (workspace: Workspace) => Promise<T>,
    leavesChanged = false,
  ): Promise<T> {
    while (this.#free.length === 0) {
      if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      else {
        this.#making ??= craft.make().finally(() => {
          this.#making = null;
        });
        await this.#making;
      }
    }
    const bench = this.#take(tree);
    try {
      if (bench.tree !== tree) await craft.layOut(bench.workspace, tree, bench.untouched);
      bench.tree = leavesChanged ? null : tree;
      bench.untouched = false;
      return await work(bench.workspace);
    } finally {
      this.#putBack(bench);
      if (bench.tree !== null && !this.#withdrawn.has(bench.workspace.id))
        bench.stay = this.#whenIdle(() => this.#tidy(craft, bench));
    }
  }

  /** The one that holds the tree already, else one on which little is to be done. */
  #take(tree: string): Bench {
    const holding = this.#free.findIndex((each) => each.tree === tree);
    const untouched = this.#free.findIndex((each) => each.untouched);
    const bench = this.#free.splice(Math.max(0, holding === -1 ? untouched : holding), 1)[0]!;
    bench.stay();
    return bench;
  }

  #putBack(bench: Bench): void {
    const { id } = bench.workspace;
    if (this.#withdrawn.has(id)) {
      this.#count--;
      this.#leaving.get(id)?.();
    } else this.#free.push(bench);
    this.#waiting.shift()?.();
  }

  /** What the work left is taken away while nobody waits: the next tree is then laid out in no time. */
  #tidy(craft: BenchCraft, bench: Bench): void {
    this.#free.splice(this.#free.indexOf(bench), 1);
    const tidied = inBackground(() => craft.layOut(bench.workspace, bench.tree!, false), this.#tidyingMayEnd.signal)
      .then(
        () => {
          bench.untouched = true;
        },
        () => {
          bench.tree = null; // whoever uses it next lays out anew, and is told what stands in the way
        },
      )
      .finally(() => {
        this.#tidying.delete(tidied);
        this.#putBack(bench);
      });
    this.#tidying.add(tidied);
  }
}
