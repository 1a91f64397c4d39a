// The timeline of a run as one SVG picture, and the same as a table for who does not see it. Long waits for an answer
// are drawn short. Pure; colours come from the style sheet.
import { formatClock } from '../../core/duration.ts';
import type { Event } from '../../core/events.ts';
import type { Table } from '../table-data.ts';
import { type Html, html } from './html.ts';
import { htmlTable, scrolled } from './html-table.ts';
import type { Participants } from './participants.ts';
import { type Span, type TimeRow, timeRows } from './spans.ts';

const WIDTH = 1080;
const LEFT = 168;
const RIGHT = 14;
const TOP = 30;
const BAR = 18;
const GAP = 4;
const BETWEEN = 12;
/** Letters of the picture's font are about this wide. */
const LETTER = 6.4;
/** A wait longer than this is drawn as long as this share of all the rest. */
const LONGEST_WAIT = 0.12;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800].map((s) => s * 1000);

export function timeline(events: readonly Event[], participants: Participants): Html {
  const rows = timeRows(events, participants);
  const spans = rows.flatMap((row) => row.spans);
  if (spans.length === 0) return html`<p class="quiet">Nothing was started.</p>`;
  const start = Math.min(...spans.map(({ from }) => from));
  const end = Math.max(start + 1000, ...spans.map(({ to }) => to));
  const scale = scaleOf(
    start,
    end,
    spans.filter(({ kind }) => kind === 'wait'),
  );
  let y = TOP;
  const drawn = rows.map((row) => {
    const tracks = stack(row.spans);
    const height = tracks.count * (BAR + GAP) - GAP;
    const picture = drawRow(row, tracks.of, y, height, scale);
    y += height + BETWEEN;
    return picture;
  });
  const ticks = ticksOf(start, end).map(
    (at) => html`<g class="tick">${upright(x(scale(at)), y)}
<text x="${x(scale(at))}" y="${TOP - 13}">${formatClock(at - start)}</text></g>`,
  );
  const name = `Who was at work when, from ${new Date(start).toISOString()} for ${formatClock(end - start)}`;
  const picture = html`<svg class="timeline" viewBox="0 0 ${WIDTH} ${y + 4}" role="img" aria-labelledby="timeline-name">
<title id="timeline-name">${name}</title>${STRIPES}
${ticks}${roundMarks(events, (at) => x(scale(Math.max(start, at))), y)}${drawn}</svg>`;
  return html`${scrolled('Timeline', picture)}
<p class="legend">${LEGEND.map(([kind, said]) => html`<span class="key ${kind}">${said}</span>`)}</p>
<details><summary>The same as a table</summary>${htmlTable(asTable(rows, start), participants)}</details>`;
}

const STRIPES = html`<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse"
patternTransform="rotate(45)"><rect class="stripe" width="3" height="6"/></pattern></defs>`;

const LEGEND = [
  ['model', 'a model at work'],
  ['failed', 'failed'],
  ['gate good', 'gate passed'],
  ['gate bad', 'gate failed'],
  ['gate warning', 'failed before too, or flaky'],
  ['step', 'the program'],
] as const;

const upright = (place: number, height: number): Html =>
  html`<line x1="${place}" x2="${place}" y1="${TOP - 8}" y2="${height - 4}"/>`;

/** Where each round of a phase began, of several. */
const roundMarks = (events: readonly Event[], placeOf: (at: number) => number, height: number): readonly Html[] =>
  events
    .flatMap((event) => (event.type === 'phase_start' && event.rounds > 1 ? [event] : []))
    .map(({ at, phase, round }) => {
      const place = placeOf(Date.parse(at));
      return html`<g class="pass-mark">${upright(place, height)}
<text x="${place + 4}" y="${height - 2}">${phase} ${round}</text></g>`;
    });

const round = (value: number): number => Math.round(value * 10) / 10;
/** Where a place between 0 and 1 lies in the picture. */
const x = (place: number): number => round(LEFT + place * (WIDTH - LEFT - RIGHT));

/** Time → 0 to 1, with long waits drawn short. */
function scaleOf(start: number, end: number, waits: readonly Span[]): (at: number) => number {
  const awake = end - start - waits.reduce((sum, { from, to }) => sum + (to - from), 0);
  const most = Math.max(5000, awake * LONGEST_WAIT);
  const saved = (at: number) =>
    waits.reduce((sum, { from, to }) => {
      const length = to - from;
      if (length <= most || at <= from) return sum;
      return sum + (length - most) * ((Math.min(at, to) - from) / length);
    }, 0);
  const whole = end - start - saved(end);
  return (at) => (at - start - saved(at)) / whole;
}

/** Spans that overlap lie below one another. */
function stack(spans: readonly Span[]): { readonly count: number; readonly of: ReadonlyMap<Span, number> } {
  const ends: number[] = [];
  const of = new Map<Span, number>();
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const free = ends.findIndex((end) => end <= span.from + 5);
    const track = free < 0 ? ends.length : free;
    ends[track] = span.to;
    of.set(span, track);
  }
  return { count: ends.length, of };
}

function drawRow(
  row: TimeRow,
  tracks: ReadonlyMap<Span, number>,
  y: number,
  height: number,
  scale: (at: number) => number,
): Html {
  const name = row.title.length > 24 ? `${row.title.slice(0, 23)}…` : row.title;
  const spans = [...tracks].map(([span, track]) => drawSpan(span, y + track * (BAR + GAP), scale));
  return html`<g class="${row.hue}">
<rect class="lane" x="0" y="${y - 4}" width="${WIDTH}" height="${height + 8}" rx="6"/>
<circle class="dot" cx="11" cy="${y + BAR / 2}" r="4"/><text class="who" x="22" y="${y + 13}">${name}</text>
${spans}</g>`;
}

function drawSpan(span: Span, y: number, scale: (at: number) => number): Html {
  const from = x(scale(span.from));
  const width = Math.max(3, round(x(scale(span.to)) - from - 1));
  const text = span.kind === 'wait' ? 'waited' : span.label;
  const room = Math.floor((width - 10) / LETTER);
  const label = text.length <= room ? text : room > 4 ? `${text.slice(0, room - 1)}…` : '';
  const bar = (look: Html) => html`<rect ${look} x="${from}" y="${y}" width="${width}" height="${BAR}" rx="3"/>`;
  return html`<g class="span ${span.kind} ${span.tone}"><title>${span.said}</title>${bar(html`class="bar"`)}
${span.kind === 'model' && span.tone === 'bad' ? bar(html`fill="url(#stripes)"`) : null}
${label === '' ? null : html`<text x="${from + 5}" y="${y + 13}">${label}</text>`}</g>`;
}

/** About eight round times. */
function ticksOf(start: number, end: number): number[] {
  const step =
    STEPS.find((each) => (end - start) / each <= 9) ?? STEPS.at(-1)! * Math.ceil((end - start) / STEPS.at(-1)! / 9);
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
}

const asTable = (rows: readonly TimeRow[], start: number): Table => ({
  caption: 'Who was at work when',
  kind: 'list',
  heads: [['Who'], ['Began after'], ['Took'], ['What']],
  rows: rows.flatMap(({ title, spans }) =>
    [...spans]
      .sort((a, b) => a.from - b.from)
      .map(({ from, to, said }) => ({
        cells: [[title], [formatClock(from - start)], [formatClock(to - from)], [said]],
      })),
  ),
});
