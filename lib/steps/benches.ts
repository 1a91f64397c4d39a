// Workspaces that stand free once their lanes are done: test benches on which any tree can be laid out and tested.
// The user's own tree is never one of them. Hands them out one by one; how a tree is laid out is told to it.
import type { Workspace } from '../candidate/workspace.ts';

/** How a bench is made where there is none, and how a tree gets onto one. */
interface BenchCraft {
  /** Makes a workspace and calls `add`. */
  readonly make: () => Promise<unknown>;
  readonly layOut: (workspace: Workspace, tree: string) => Promise<void>;
}

interface Bench {
  readonly workspace: Workspace;
  /** What it holds; null: unknown. */
  tree: string | null;
}

export class Benches {
  readonly #free: Bench[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #known = new Set<string>();
  readonly #withdrawn = new Set<string>();
  readonly #leaving = new Map<string, () => void>();
  #count = 0;
  #making: Promise<unknown> | null = null;

  /**
   * From now on the workspace serves as a bench.
   * @param tree what it holds
   */
  add(workspace: Workspace, tree: string): void {
    if (this.#withdrawn.has(workspace.id) || this.#known.has(workspace.id)) return;
    this.#known.add(workspace.id);
    this.#count++;
    this.#putBack({ workspace, tree });
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
      this.#free.splice(free, 1);
      this.#count--;
    }
    return true;
  }

  /** Whether there is one, free or in use. */
  get any(): boolean {
    return this.#count > 0;
  }

  /** Forgets all benches: their workspaces are about to go. */
  clear(): void {
    this.#free.length = 0;
    this.#known.clear();
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
      if (bench.tree !== tree) await craft.layOut(bench.workspace, tree);
      bench.tree = leavesChanged ? null : tree;
      return await work(bench.workspace);
    } finally {
      this.#putBack(bench);
    }
  }

  /** The one that holds the tree already, else any. */
  #take(tree: string): Bench {
    const holding = this.#free.findIndex((each) => each.tree === tree);
    return this.#free.splice(Math.max(0, holding), 1)[0]!;
  }

  #putBack(bench: Bench): void {
    const { id } = bench.workspace;
    if (this.#withdrawn.has(id)) {
      this.#count--;
      this.#leaving.get(id)?.();
    } else this.#free.push(bench);
    this.#waiting.shift()?.();
  }
}
