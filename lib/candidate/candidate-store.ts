// What the parts of candidate/ share of a session: where its private git dir is, and the base that all trees are made
// on.

import type { ObjectFormat } from '../system/git-dir.ts';
import type { GitSettings } from '../system/git-settings.ts';

export interface CandidateStore {
  /** The private git dir, `<session>/git`. */
  readonly dir: string;
  readonly sessionDir: string;
  /** The user's working tree, the git dir of it, and the one that all its working trees share. */
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
  readonly objectFormat: ObjectFormat;
  /** The id of nothing, all zeros. */
  readonly nothing: string;
  /** The commit that everything starts from. */
  readonly base: string;
  /**
   * The base as a checkout has it on disk: the commit's own tree, except where line ends and the like are converted on
   * the way. Everything is compared with this one and put together on it.
   */
  readonly baseTree: string;
  /**
   * A checkout is the commit's tree byte for byte, whole, and git sees every change in it: no conversion, no filter,
   * not sparse.
   */
  readonly plain: boolean;
  /** What git is set to in the user's repository, as it was when it was looked at. */
  readonly settings: GitSettings;
  /** Of these, what tells of the user's file system, `core.x=y`. */
  readonly config: readonly string[];
  /** Facts about trees, which never change: kept for as long as the store is open. */
  readonly known: Map<string, Promise<unknown>>;
}
