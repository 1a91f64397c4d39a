// `${name}` in recipe text: found once, after YAML is parsed; what was inserted is never looked at again.
// `$${` stands for the two characters `${`. A missing value is inserted as nothing, a list with ", " between its
// items, a slot as its title, any other object as JSON. Which names exist is names.ts' business.
import type { Json } from '../core/json.ts';

/** A name as it may be written: dotted, letters, digits, `_` and `-`. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_][A-Za-z0-9_-]*)*$/;
/** Escape, reference, or an opening that is neither. */
const TOKEN = /\$\$\{|\$\{([^{}\n]*)\}|\$\{/g;

/** A `${name}` in a text, at an offset in UTF-16 units. */
interface Reference {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** The value of a dotted name, undefined where it has none. */
type Lookup = (path: string) => Json | undefined;

export const isName = (text: string): boolean => NAME.test(text);

/** Takes a text apart; `malformed`: each `${` without a proper name behind it. */
export function parseTemplate(text: string) {
  const parts: (string | Reference)[] = [];
  const malformed: { offset: number; length: number }[] = [];
  let literal = '';
  let after = 0;
  for (const token of text.matchAll(TOKEN)) {
    literal += text.slice(after, token.index);
    after = token.index + token[0].length;
    const path = token[1];
    if (token[0] === '$${') literal += '${';
    else if (path !== undefined && NAME.test(path)) {
      parts.push(literal, { path, offset: token.index, length: token[0].length });
      literal = '';
    } else {
      malformed.push({ offset: token.index, length: token[0].length });
      literal += token[0];
    }
  }
  parts.push(literal + text.slice(after));
  return { parts, references: parts.filter((part) => typeof part !== 'string'), malformed };
}

/** The name, when the whole text is one `${name}`. */
export function soleReference(text: string): string | null {
  const path = /^\$\{([^{}\n]*)\}$/.exec(text)?.[1];
  return path !== undefined && NAME.test(path) ? path : null;
}

/** Inserts values. */
export function render(text: string, lookup: Lookup): string {
  return parseTemplate(text)
    .parts.map((part) => (typeof part === 'string' ? part : asText(lookup(part.path))))
    .join('');
}

/** Inserts values into every text of a value; one that is exactly `${name}` becomes the value itself, or null. */
export function renderDeep(value: Json, lookup: Lookup): Json {
  if (typeof value === 'string') {
    const path = soleReference(value);
    return path === null ? render(value, lookup) : (lookup(path) ?? null);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => renderDeep(item, lookup));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renderDeep(item, lookup)]));
}

/** A value as it is inserted into a text. */
export function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(asText).join(', ');
  const { title } = value as { readonly title?: Json };
  return typeof title === 'string' ? title : JSON.stringify(value);
}
