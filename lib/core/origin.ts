// Where the candidate of a slot comes from that no model of ours makes, and how that is called. Data only.

import type { NewPullRequest } from './delivery.ts';

/** `from:` of a slot. */
export type Origin =
  | { readonly kind: 'ref'; readonly what: string }
  | { readonly kind: 'patch' | 'folder'; readonly what: string }
  | { readonly kind: 'pull_request'; readonly what: string }
  | { readonly kind: 'command'; readonly what: readonly string[] };

export const ORIGINS = ['ref', 'pull_request', 'patch', 'folder', 'command'] as const;

/** How pull requests are fetched: the commands of one program. */
export interface PullRequests {
  /** Prints what it is about. */
  readonly state: readonly string[] | null;
  /** What `state` prints of one that is open: a regular expression. */
  readonly open: string;
  /** Prints its diff. */
  readonly diff: readonly string[];
  /** Prints what it is about, for the task where none is given; it runs before there is a session. */
  readonly text: readonly string[] | null;
  /** Prints its author on the first line, then texts whose trailers tell who and what else wrote it. */
  readonly authors: readonly string[] | null;
  /** Globs of variables that these commands see although others do not: the forge's login. */
  readonly pass: readonly string[];
  /** null: it makes none. */
  readonly create: NewPullRequest | null;
}

/** Such as `ref origin/feature`. */
export const originText = ({ kind, what }: Origin): string =>
  `${kind.replace('_', ' ')} ${typeof what === 'string' ? what : what.join(' ')}`;
