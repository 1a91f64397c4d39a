// Looks combinations up: what was proven is remembered by tree, whole candidates are known, and proofs are counted.
import { BASE, type Candidate, type Pick } from '../core/candidate.ts';
import { allRequiredPass, type Evidence, type MeasuredCandidate } from './evidence.ts';
import { changedPaths, type Selection, sharedName, toPicks, wholeSelection } from './selection.ts';
import { isTestPath } from './test-names.ts';

export interface Prover {
  /** The tree of some picks (those from the base left out), null where they can't be put together. */
  readonly compose: (picks: readonly Pick[]) => Promise<string | null>;
  /** Gates and cross-gates of a tree. Called at most once per tree, and never for a whole candidate's. */
  readonly prove: (tree: string) => Promise<Evidence>;
}

export interface Found {
  readonly tree: string;
  readonly evidence: Evidence;
  /** The candidate whose tree it is, null for a combination. */
  readonly whole: string | null;
}

/** A whole candidate or a combination, with what was found out about it. */
export interface Attempt extends Found {
  readonly selection: Selection;
  /** It may be proposed: no gate or trusted test is worse than in the best whole candidate, and it earns its place. */
  readonly accepted: boolean;
  /** What it does better, or worse. */
  readonly why: string;
}

export class Search {
  private readonly byTree = new Map<string, Found>();
  private readonly wholes = new Map<string, Found>();
  private readonly looked = new Set<string>();
  private readonly passing = new Set<string>();
  private readonly candidates: readonly Candidate[];
  private readonly paths: readonly string[];
  private readonly prover: Prover;
  private left: number;

  /**
   * @param measured the best first: of equal ones the first gives its name
   * @param proofs how many trees may be proven at most
   */
  constructor(
    candidates: readonly Candidate[],
    measured: readonly MeasuredCandidate[],
    prover: Prover,
    proofs: number,
  ) {
    this.candidates = candidates;
    this.prover = prover;
    this.left = proofs;
    this.paths = changedPaths(candidates);
    for (const { id, evidence } of measured) {
      const found = this.byTree.get(evidence.tree) ?? { tree: evidence.tree, evidence, whole: id };
      this.byTree.set(evidence.tree, found);
      const candidate = candidates.find((each) => each.id === id);
      const key = candidate ? this.keyOf(wholeSelection(candidate, this.paths)) : null;
      if (key !== null && !this.wholes.has(key)) this.wholes.set(key, found);
    }
  }

  get spent(): boolean {
    return this.left <= 0;
  }

  /**
   * What is known of a combination, proving it if need be; null where it was looked at before, can't be put together,
   * or the proofs are used up. Code that passes its gates is not proven again with other tests: no better by that.
   */
  async look(selection: Selection): Promise<Found | null> {
    const key = this.keyOf(selection);
    if (this.looked.has(key)) return null;
    this.looked.add(key);
    const known = this.wholes.get(key);
    if (known) return known;
    const code = this.keyOf(new Map([...selection].filter(([path]) => !isTestPath(path))));
    if (this.spent || this.passing.has(code)) return null;
    const found = await this.found(selection);
    if (found && allRequiredPass(found.evidence)) this.passing.add(code);
    return found;
  }

  /** What is known of chosen code with more tests. One proof beyond all others is kept for it. */
  async withTests(selection: Selection): Promise<Found | null> {
    return this.left < 0 ? null : this.found(selection);
  }

  private async found(selection: Selection): Promise<Found | null> {
    const picks = toPicks(selection, this.candidates, new Map()).filter(({ from }) => from !== BASE);
    const tree = await this.prover.compose(picks);
    return tree === null ? null : (this.byTree.get(tree) ?? this.prove(tree));
  }

  private async prove(tree: string): Promise<Found> {
    this.left--;
    const found = { tree, evidence: await this.prover.prove(tree), whole: null };
    this.byTree.set(tree, found);
    return found;
  }

  /** The contents of a combination: each path's version, equal ones under the first one's name. Small, since kept. */
  private keyOf(selection: Selection): string {
    return this.paths
      .map((path) => {
        const from = selection.get(path);
        return from === undefined ? '' : sharedName(this.candidates, path, from);
      })
      .join('\0');
  }
}
