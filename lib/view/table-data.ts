// What reports, prompts and the report's page show alike, as plain data: tables and sentences of pieces that say what
// they are. cell.ts writes them as Markdown, report/html-table.ts as HTML. Types only.
import type { GateResult } from '../core/candidate.ts';
import type { GateState } from '../core/gate-states.ts';
import type { Tone } from './symbols.ts';

export type Piece =
  /** Anyone's text, taken literally. */
  | string
  | { readonly code: string }
  /** A file; on a page that shows it, with the place to go to. */
  | { readonly path: string; readonly href?: string }
  /** A slot, or a tree that is no slot's. */
  | { readonly who: string }
  /** What a plan takes a file from: a candidate, several, or the base. */
  | { readonly from: string }
  | { readonly gate: GateState; readonly counts: GateResult['counts']; readonly elapsedMs?: number }
  | { readonly mark: string; readonly tone: Tone }
  /** A small note on what stands before it. */
  | { readonly badge: string }
  | { readonly quiet: string }
  | { readonly strong: string }
  /** 0 to 1. */
  | { readonly sure: number };

export type Line = readonly Piece[];

export interface Row {
  /** The first one heads the row. */
  readonly cells: readonly Line[];
  /** Why the cells hold nothing, where there is room to say it. */
  readonly why?: string | null;
}

export interface Table {
  readonly caption: string;
  readonly kind: 'matrix' | 'plan' | 'list';
  readonly heads: readonly Line[];
  /** How many of the last columns hold numbers. */
  readonly numbers?: number;
  readonly rows: readonly Row[];
  readonly total?: Row;
  /** Rows that were left out. */
  readonly left?: number;
}
