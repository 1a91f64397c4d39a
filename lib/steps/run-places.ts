// The places of a run: where its lanes work, what is known of each, and the benches on which any tree can be tried. How
// a place is made, or a tree laid out there, is not known here.
import type { Captured } from '../candidate/capture-workspace.ts';
import type { Installed } from '../candidate/install-in.ts';
import type { Workspace } from '../candidate/workspaces.ts';
import type { Failure, Result } from '../core/failure.ts';

/**
 * `exactly`: nothing else. `packages`: also packages that its model installed, and it changed the manifest or lock file
 * that asks for them; a place prepared for the base would lack them, so this one is nearer to the candidate. `more`:
 * anything.
 */
export type Holds = 'exactly' | 'packages' | 'more';

const placeKey = ({ id, far }: Workspace): string => `${id} ${far?.host.name}`;

export class Places {
  /** Where lanes work in the current pass: a slot's id or `scratch` → its workspace. */
  readonly workspaces = new Map<string, Workspace>();
  /** What each workspace held when it was last looked at, by the workspace's id. */
  readonly captured = new Map<string, Captured>();
  /** Whether each workspace holds what was captured of it alone, by the workspace's id. */
  readonly holds = new Map<string, Promise<Holds>>();
  /** Workspaces whose beginning has been kept. */
  readonly prepared = new Set<string>();
  /** By workspace: the tree whose packages were installed there last, where that was not the base. */
  readonly installed = new Map<string, Installed>();
  /** What `.worktreeinclude` said before anything was put aside; null: it has not been looked at. */
  include: string | null = null;
  /** Prepares a further workspace as the recipe's last `prepare` step did. */
  prepare: (workspace: Workspace) => Promise<void> = () => Promise.resolve();
  /** Runs again in a workspace what those `prepare` steps ran; the failure says why it could not. */
  prepareAgain: (workspace: Workspace) => Promise<Failure | null> = () => Promise.resolve(null);
  /** Prepares the workspace of a lane, or what takes its place, as the lane's own `prepare` step did. */
  readonly preparing = new Map<string, (workspace: Workspace) => Promise<Result<undefined>>>();
  readonly benches = new Benches();
  /** Benches on hosts, by the host's name. */
  readonly #far = new Map<string, Benches>();
  /** Lanes there that are done, by workspace and host: each for its own code. */
  readonly #beside = new Map<string, Benches>();
  /** A scratch clone that no step of the recipe asked for. */
  spare: Promise<Workspace> | null = null;
  /** Places on hosts in which models are asked, by the host's name. */
  readonly asking = new Map<string, Promise<{ readonly workspace: Workspace; readonly isFound: boolean }>>();
  /** How many of those there were. */
  spares = 0;
  /** And how many on hosts. */
  farBenches = 0;
  /** How long the slowest place took to be made; 0: none has been yet. */
  placeMs = 0;
  /** What is taken out of the user's tree while lanes and what follows them go on. */
  readonly puttingBack = new Aside();
  /** That the user edited files in the tree in which a model worked; their edits are kept. */
  edited: Failure | null = null;

  /** @param most how many are made there */
  benchesOn(host: string, most: number): Benches {
    const known = this.#far.get(host) ?? new Benches(most);
    this.#far.set(host, known);
    return known;
  }

  /** What was made there is no place of the run's any more. */
  leave(host: string): void {
    this.#far.delete(host);
    this.asking.delete(host);
  }

  /** From now on what belongs to a lane's code is tried in the lane. @param tree what it holds; null: unknown */
  lendForItsCode(workspace: Workspace, tree: string | null): void {
    if (this.#beside.has(placeKey(workspace))) return;
    const bench = new Benches();
    bench.add(workspace, tree);
    this.#beside.set(placeKey(workspace), bench);
  }

  /** The lane in which what belongs to its code can be tried; undefined: there is none (any more). */
  besideCode(lane: string): Benches | undefined {
    const workspace = this.workspaces.get(lane);
    const bench = workspace && this.#beside.get(placeKey(workspace));
    return bench?.any ? bench : undefined;
  }

  /** No tree is tried in a workspace any more, as a model works there. @returns whether any was until now */
  async withdraw(workspace: Workspace): Promise<boolean> {
    const own = this.#beside.get(placeKey(workspace));
    this.#beside.delete(placeKey(workspace));
    const [here, there] = await Promise.all([this.benches.withdraw(workspace), own?.withdraw(workspace)]);
    return here || there === true;
  }

  /** Workspaces that serve as benches are about to go: those of a pass, or all. */
  forgetBenches(all: boolean): void {
    this.benches.clear();
    this.#beside.clear();
    if (all) for (const benches of this.#far.values()) benches.clear();
  }
}

/**
 * Work that nothing waits for until it has to be done: it goes on beside the steps. A fault in it is met by who waits
 * for it.
 */
export class Aside {
  #work: Promise<void> = Promise.resolve();

  /** Begins the work when what was begun before has ended. */
  begin(work: () => Promise<void>): void {
    this.#work = this.#work.then(work);
    this.#work.catch(() => {}); // thrown again where it is waited for
  }

  /** Ends when all work has; throws what it threw, once. */
  async ended(): Promise<void> {
    const work = this.#work;
    this.#work = work.catch(() => {});
    await work;
  }
}

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

/**
 * Workspaces that stand free once their lanes are done: test benches on which any tree can be laid out and tested. The
 * user's own tree is never one of them. Hands them out one by one; how a tree is laid out is told to it.
 */
export class Benches {
  readonly #free: Bench[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #known = new Set<string>();
  readonly #withdrawn = new Set<string>();
  readonly #leaving = new Map<string, () => void>();
  readonly #most: number;
  readonly #making: Promise<unknown>[] = [];
  #count = 0;

  /** @param most where there are fewer, one more is made for who finds none free */
  constructor(most = 1) {
    this.#most = most;
  }

  /**
   * From now on the workspace serves as a bench.
   * @param tree what it holds; null: unknown
   */
  add(workspace: Workspace, tree: string | null): void {
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
  }

  /**
   * Lays `tree` out on a free bench and works there; where none is free, waits, or makes one where there may be more.
   * @param leavesChanged the work changes files: the tree has to be laid out anew for the next one
   */
  async use<T>(
    craft: BenchCraft,
    tree: string,
    work: (workspace: Workspace) => Promise<T>,
    leavesChanged = false,
  ): Promise<T> {
    while (this.#free.length === 0) {
      if (this.#count + this.#making.length < this.#most) await this.#make(craft);
      // after whom it is made for, so that it is not laid out anew before that one has seen it
      else if (this.#count === 0) await this.#making[0]!.catch(() => {});
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
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

  /** Who waits for one that could not be made tries itself. */
  #make(craft: BenchCraft): Promise<unknown> {
    const making = craft.make().finally(() => {
      this.#making.splice(this.#making.indexOf(making), 1);
    });
    this.#making.push(making);
    making.catch(() => {
      for (const wake of this.#waiting.splice(0)) wake();
    });
    return making;
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
