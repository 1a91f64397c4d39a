// What the report's page carries for its own scripts: which files there are, in which versions, and where in the
// embedded chunks their contents lie. Types only; the page's scripts read them as JSON.

export interface PageData {
  readonly passes: readonly PagePass[];
  /** Contents by their number: chunk, offset and length in bytes in the unpacked chunk. */
  readonly contents: readonly (readonly [chunk: number, offset: number, length: number])[];
  /** The session in whose plan other versions can be picked; absent: its plan was not reviewed. */
  readonly session?: string;
}

export interface PagePass {
  readonly number: number;
  readonly columns: readonly PageColumn[];
  /** Ids of those whose versions can be picked: candidates that were not left out. */
  readonly takes: readonly string[];
  readonly files: readonly PageFile[];
}

export interface PageColumn {
  readonly id: string;
  readonly title: string;
  /** `s0` to `s7`, or the empty text: its colour. */
  readonly hue: string;
}

export interface PageFile {
  readonly path: string;
  /** Lines added and taken away by the chosen version; null: not counted, its content before is not in this clone. */
  readonly added: number | null;
  readonly deleted: number | null;
  /** How the plan has it; null where no plan names it. */
  readonly pick: PagePick | null;
  /** One per column; null: the file is not there. */
  readonly versions: readonly (PageVersion | null)[];
  /** Those with which it comes from one hand, so that it has no hunks to choose among. */
  readonly together?: readonly string[];
  /** What the judge gave, by column's id: the mean, and each of its words. */
  readonly ratings?: Readonly<Record<string, { readonly mean: number; readonly each: string }>>;
}

export interface PagePick {
  readonly from: string;
  /** Columns whose version it is; none where hunks of several were combined. */
  readonly columns: readonly number[];
  readonly hue: string;
  readonly why: string;
  readonly evidence: string;
  /** 0 to 100. */
  readonly sure: number;
  readonly deletes: boolean;
  readonly undecided: boolean;
}

export interface PageVersion {
  /** Number of its content; -1: not kept, since it is no text or too large. */
  readonly content: number;
  /** Two versions are the same when these are. */
  readonly oid: string;
  readonly bytes: number;
  /** `image/png` and the like: shown as a picture. */
  readonly image?: string;
  /** Said instead of, or above, the content: `executable`, `symbolic link`, `binary` … */
  readonly notes?: readonly string[];
  /** The path it was renamed from. */
  readonly renamedFrom?: string;
}
