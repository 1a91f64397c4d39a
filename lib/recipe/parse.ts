// YAML text → a tree with places. Every mistake of the text is reported, with its place; nothing is thrown.
// Aliases are resolved here, not by the package: it reports them without a place and fills them in without a bound.
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import type { Wording } from '../core/messages/wording.ts';
import { lineOf, type Place, type Source } from './source.ts';
import type { Tree } from './tree.ts';

const DEEPEST = 64;
const MOST_VALUES = 50_000;

export type Report = (place: Place, wording: Wording) => void;

/**
 * Reads one document, also one with mistakes that leave the rest readable.
 * @returns null: it is too broken to go on with, or has no value at all
 */
export function parse(source: Source, report: Report): Tree | null {
  const document = parseDocument(source.text, {
    version: '1.2',
    stringKeys: true,
    uniqueKeys: false, // ours is quick on large mappings and says where the first one is
    prettyErrors: false,
    keepSourceTokens: false,
    logLevel: 'error', // silent would let a second document pass
  });
  const lines = new Set<number>();
  for (const error of [...document.errors, ...document.warnings]) {
    const start = error.code === 'MISSING_CHAR' ? openingOf(document, error.pos[0]) : error.pos[0];
    const place = { source, start, end: Math.max(start + 1, error.pos[1]) };
    const line = lineOf(place);
    if (lines.size < 20 && !lines.has(line)) report(place, sayError(error, source));
    lines.add(line);
  }
  if (document.errors.length > 0 || document.contents === null) return null;
  return new Reader(source, report).read(document.contents as Node);
}

const KNOWN_ERRORS: Readonly<Record<string, (message: string) => Wording>> = {
  TAB_AS_INDENT: () => mistakes.syntax('a tab at the beginning of a line', 'indent with spaces'),
  NON_STRING_KEY: () => mistakes.keyNotText(),
  MULTIPLE_DOCS: () => mistakes.syntax('a second document begins here', 'a file holds one recipe: take the `---` away'),
  BLOCK_AS_IMPLICIT_KEY: () => mistakes.syntax('a second `: ` in one line', 'text with a colon must be in quotes'),
  MULTILINE_IMPLICIT_KEY: () => mistakes.syntax('a line without a colon', 'write `key: value`'),
  MISSING_CHAR: (message) => mistakes.syntax(/quote/.test(message) ? 'a closing quote is missing' : message),
  BAD_INDENT: (message) =>
    mistakes.syntax(message[0]!.toLowerCase() + message.slice(1), 'look at the indentation and the closing bracket'),
  BAD_SCALAR_START: (message) => mistakes.syntax(`text can't begin with ${message.at(-1)}`, 'put it in quotes'),
  RESOURCE_EXHAUSTION: () => mistakes.tooDeep(DEEPEST),
  TAG_RESOLVE_FAILED: () =>
    mistakes.syntax('tags (!name) have no meaning in a recipe', 'put text that begins with ! in quotes'),
};

function sayError(error: YAMLError, source: Source): Wording {
  if (source.text[error.pos[0]] === '{' && source.text[error.pos[0] - 1] === '$') return mistakes.unquotedName();
  const known = Object.hasOwn(KNOWN_ERRORS, error.code) ? KNOWN_ERRORS[error.code] : undefined;
  return known?.(error.message) ?? mistakes.syntax(error.message[0]!.toLowerCase() + error.message.slice(1));
}

/** Where the quote that is never closed begins: the end of the file, where it is missed, says nothing. */
function openingOf(document: Document, end: number): number {
  let opening = end;
  visit(document, {
    Scalar(_, { type, range }) {
      if (range && (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') && range[0] < end && end <= range[2])
        opening = range[0];
    },
  });
  return opening;
}

interface Sized {
  readonly tree: Tree;
  readonly size: number;
}

/** One reading of one document: the anchors met so far, and how much has been read. */
class Reader {
  readonly #source: Source;
  readonly #report: Report;
  readonly #anchors = new Map<string, Sized | 'open'>();
  #refused = false;

  constructor(source: Source, report: Report) {
    this.#source = source;
    this.#report = report;
  }

  read(node: Node): Tree | null {
    const { tree } = this.#node(node, null, 0);
    return this.#refused ? null : tree;
  }

  #node(node: Node | null, key: Place | null, depth: number): Sized {
    if (node === null) return single(key ?? { source: this.#source, start: 0, end: 0 }, key);
    if (isAlias(node)) return this.#alias(node.source, this.#place(node), key);
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const read =
      depth > DEEPEST ? this.#refuse(this.#place(node), mistakes.tooDeep(DEEPEST), key) : this.#value(node, key, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    if (read.size > MOST_VALUES) return this.#refuse(read.tree.place, mistakes.tooManyNodes(MOST_VALUES), key);
    return read;
  }

  #value(node: Node, key: Place | null, depth: number): Sized {
    const place = this.#place(node);
    if (isMap(node)) return this.#map(node, place, key, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(isPair(item) ? null : (item as Node), null, depth + 1));
      return { tree: { kind: 'list', place, key, items: items.map(({ tree }) => tree) }, size: sum(items) };
    }
    const scalar = isScalar(node) ? node : null;
    const value = scalar?.value ?? null;
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    const block = scalar?.type === 'BLOCK_LITERAL' || scalar?.type === 'BLOCK_FOLDED';
    const body = block ? this.#source.text.indexOf('\n', place.start) + 1 : place.start;
    return { tree: { kind: 'scalar', place, key, value: plain, body }, size: 1 };
  }

  #map(node: YAMLMap, place: Place, key: Place | null, depth: number): Sized {
    const entries = new Map<string, Tree>();
    const sized: Sized[] = [];
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      const keyPlace = keyNode === null ? place : this.#place(keyNode);
      const name = isScalar(keyNode) ? String(keyNode.value ?? '') : isAlias(keyNode) ? `*${keyNode.source}` : '';
      const value = this.#node(pair.value as Node | null, keyPlace, depth + 1);
      const first = entries.get(name);
      if (first?.key) this.#report(keyPlace, mistakes.duplicateKey(name, lineOf(first.key)));
      else entries.set(name, value.tree);
      sized.push(value);
    }
    return { tree: { kind: 'map', place, key, entries }, size: sum(sized) };
  }

  #alias(name: string, place: Place, key: Place | null): Sized {
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      this.#report(place, target === 'open' ? mistakes.circularAlias(name) : mistakes.unknownAlias(name));
      this.#refused ||= target === 'open';
      return single(place, key, `*${name}`);
    }
    return { tree: { ...target.tree, key }, size: target.size };
  }

  /** Says why, once; what stands in for the value keeps the rest readable. */
  #refuse(place: Place, wording: Wording, key: Place | null): Sized {
    if (!this.#refused) this.#report(place, wording);
    this.#refused = true;
    return single(place, key);
  }

  #place(node: Node): Place {
    const [start, end] = node.range ?? [0, 0];
    return { source: this.#source, start, end };
  }
}

const single = (place: Place, key: Place | null, value: string | null = null): Sized => ({
  tree: { kind: 'scalar', place, key, value, body: place.start },
  size: 1,
});

const sum = (parts: readonly Sized[]) => parts.reduce((total, { size }) => total + size, 1);
