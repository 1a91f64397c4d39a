// Tables and sentences (table-data.ts) as HTML, with everyone's colour. Pure.
import { BASE } from '../../core/candidate.ts';
import { gateSymbol, gateTone, gateWord } from '../symbols.ts';
import type { Line, Piece, Row, Table } from '../table-data.ts';
import { fromTitle } from '../titles.ts';
import { type Html, html } from './html.ts';
import { hueOf, type Participants } from './participants.ts';

export function htmlTable(table: Table, participants: Participants): Html {
  const { caption, kind, heads, numbers = 0, rows, total } = table;
  const number = (column: number) => column >= heads.length - numbers;
  const head = (line: Line, column: number) =>
    html`<th scope="col" class="${number(column) ? 'number' : ''}">${htmlLine(line, participants)}</th>`;
  const row = ({ cells: [first = [], ...cells], why }: Row) => {
    const rest = why
      ? html`<td class="quiet" colspan="${heads.length - 1}">${why}</td>`
      : cells.map((line, i) => cell(line, number(i + 1), participants));
    return html`<tr><th scope="row">${htmlLine(first, participants)}</th>${rest}</tr>`;
  };
  return scrolled(
    caption,
    html`<table class="${kind}"><caption class="unseen">${caption}</caption>
<thead><tr>${heads.map(head)}</tr></thead>
<tbody>${rows.map(row)}</tbody>
${total ? html`<tfoot>${row(total)}</tfoot>` : null}</table>`,
  );
}

/** What may be wider than the page, to be moved sideways. */
export const scrolled = (name: string, content: Html): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">${content}</div>`;

/** Sentences as a list; null where there are none. */
export const htmlList = (lines: readonly Line[], participants: Participants): Html | null =>
  lines.length === 0 ? null : html`<ul>${lines.map((line) => html`<li>${htmlLine(line, participants)}</li>`)}</ul>`;

/** A sentence, or the inside of a cell. */
export const htmlLine = (line: Line, participants: Participants): Html =>
  html`${line.map((piece) => drawn(piece, participants))}`;

/** Who it is, in its colour. */
export const who = (id: string, participants: Participants): Html =>
  coloured(participants.hue(id), participants.title(id));

export const mark = (tone: string, text: string | Html): Html => html`<span class="mark ${tone}">${text}</span>`;

const coloured = (hue: string, text: string): Html =>
  html`<span class="who ${hue}"><span class="swatch"></span>${text}</span>`;

const quiet = (text: string): Html => html`<span class="quiet">${text}</span>`;

function cell(line: Line, number: boolean, participants: Participants): Html {
  const [only] = line;
  if (only === '—') return html`<td class="${number ? 'number' : 'none'}">${quiet('—')}</td>`;
  if (typeof only === 'object' && 'gate' in only) {
    const time = only.elapsedMs === undefined ? '' : `${(only.elapsedMs / 1000).toFixed(1)} s`;
    return html`<td class="${gateTone(only.gate)}" title="${time}">${drawn(only, participants)}</td>`;
  }
  return html`<td class="${number ? 'number' : ''}">${htmlLine(line, participants)}</td>`;
}

function drawn(piece: Piece, participants: Participants): Html {
  if (typeof piece === 'string') return html`${piece}`;
  if ('code' in piece) return html`<code>${piece.code}</code>`;
  if ('path' in piece)
    return piece.href ? html`<a href="${piece.href}">${piece.path}</a>` : html`<code>${piece.path}</code>`;
  if ('who' in piece) return who(piece.who, participants);
  if ('from' in piece) {
    const title = fromTitle(piece.from, participants.titles);
    return piece.from === BASE ? quiet(title) : coloured(hueOf(piece.from, participants), title);
  }
  if ('gate' in piece) return gate(piece);
  if ('mark' in piece) return mark(piece.tone, piece.mark);
  if ('badge' in piece) return html` <span class="badge">${piece.badge}</span>`;
  if ('quiet' in piece) return quiet(piece.quiet);
  if ('strong' in piece) return html`<strong>${piece.strong}</strong>`;
  return sure(Math.round(piece.sure * 100));
}

function gate({ gate, counts }: Extract<Piece, { gate: unknown }>): Html {
  const tests = counts ? html` <span class="tests">${counts.passed} of ${counts.passed + counts.failed}</span>` : null;
  const word = html`<span aria-hidden="true">${gateSymbol(gate)}</span> ${gateWord(gate)}`;
  return html`${mark(gateTone(gate), word)}${tests}`;
}

/** A percentage with a small bar. */
const sure = (percent: number): Html =>
  html`<svg class="sure" width="44" height="6" aria-hidden="true"><rect class="rail" width="44" height="6" rx="3"/>
<rect class="fill" width="${(percent * 0.44).toFixed(1)}" height="6" rx="3"/></svg> ${percent} %`;
