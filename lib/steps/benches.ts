// Workspaces that stand free once their lanes are done: test benches on which any tree can be laid out and tested.
// The user's own tree is never one of them. Hands them out one by one; how a tree is laid out is told to it.
import type { Workspace } from '../candidate/workspace.ts';

/** How a bench is made where there is none, and how a tree gets onto one. */
export interface BenchCraft {
  /** Makes a workspace and calls `add`. */
  readonly make: () => Promise<unknown>;
  readonly layOut: (workspace: Workspace, tree: string) => Promise<void>;
}

export class Benches {
  readonly #free: { readonly workspace: Workspace; tree: string | null }[] = [];
  readonly #waiting: (() => void)[] = [];
  #count = 0;
  #making: Promise<unknown> | null = null;

  /** From now on the workspace serves as a bench. @param tree what it holds, null: unknown */
  add(workspace: Workspace, tree: string | null): void {
    this.#count++;
    this.#free.push({ workspace, tree });
    this.#waiting.shift()?.();
  }

  /** Forgets all benches: their workspaces are about to go. */
  clear(): void {
    this.#free.length = 0;
    this.#count = 0;
    this.#making = null;
  }

  /**
   * Lays `tree` out on a free bench and works there; waits where none is free, makes one where there is none at all.
   * @param leavesChanged the work changes files: the tree has to be laid out anew for the next one
   */
  async use<T>(
    { make, layOut }: BenchCraft,
    tree: string,
    work: (workspace: Workspace) => Promise<T>,
    leavesChanged = false,
  ): Promise<T> {
    if (this.#count === 0) {
      this.#making ??= make();
      await this.#making;
    }
    while (this.#free.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const at = this.#free.findIndex((each) => each.tree === tree);
    const [bench] = this.#free.splice(Math.max(0, at), 1);
    try {
      if (bench!.tree !== tree) await layOut(bench!.workspace, tree);
      bench!.tree = leavesChanged ? null : tree;
      return await work(bench!.workspace);
    } finally {
      this.#free.push(bench!);
      this.#waiting.shift()?.();
    }
  }
}
