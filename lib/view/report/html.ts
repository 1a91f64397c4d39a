// HTML as a value: a template in which everything inserted is escaped, so that no path, prompt or output can become
// markup. Nothing else in the report makes markup from text.
import { harmless } from '../text.ts';

/** Markup that was made by the template below. A class, so that no parsed JSON can pass for it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Html | string | number | null | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The text as it may stand in an element or a quoted attribute; what could fool a reader is made visible. */
export const escaped = (text: string): string =>
  harmless(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** `html\`<td>${text}</td>\``: texts are escaped, lists joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(strings.reduce((all, part, i) => all + render(values[i - 1] ?? null) + part));
}

function render(piece: Piece): string {
  if (piece === null) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(render).join('');
  return escaped(String(piece));
}

/** A part of the page with its heading. */
export const section = (id: string, name: string, content: Html): Html =>
  html`<section id="${id}" class="card" aria-labelledby="${id}-head">
<h2 id="${id}-head">${name}</h2>
${content}
</section>
`;

/** JSON that is safe inside a script element: nothing in it can end the element or begin a comment. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
