// Progress as the lines of a terminal: a heading, and a row per lane, fitted to its columns and rows. Pure.
import { formatClock } from '../core/duration.ts';
import { one } from '../core/messages/wording.ts';
import type { Paint } from './paint.ts';
import { isUnusual, limitOf, type Progress, type Row } from './progress.ts';
import { gateSymbol, paintGate } from './symbols.ts';
import { cut, oneLine, pad, widthOf } from './text.ts';

type State = 'running' | 'failed' | 'waiting' | 'done' | 'superseded' | 'not needed';

/** A row as texts; what each column becomes is the same for all rows. */
interface Cells {
  readonly row: Row;
  readonly state: State;
  readonly title: string;
  readonly backend: string;
  readonly doing: string;
  readonly clock: string;
  /** 0 to 1 and more: how much of the limit is used. */
  readonly used: number;
  readonly unusual: boolean;
  readonly tail: string;
}

const INTEREST: readonly State[] = ['running', 'failed', 'waiting', 'done', 'superseded', 'not needed'];
/** What a row is about. */
export const stateOf = (row: Row): State =>
  row.running.size > 0 ? 'running' : (row.idle ?? (row.failed ? 'failed' : row.ended === null ? 'waiting' : 'done'));

/** How wide each column has been so far. */
type Widths = Record<'title' | 'backend' | 'doing' | 'clock' | 'gates', number>;

export const noWidths = (): Widths => ({ title: 0, backend: 0, doing: 0, clock: 0, gates: 0 });

/**
 * The lines, each narrower than `columns`, at most `height` of them. What does not fit is counted in the last line,
 * and what runs is shown before what failed, waits or is done.
 * @param now milliseconds since 1970
 * @param kept is brought up to date: columns grow and never shrink, so that nothing jumps to and fro
 */
export function progressLines(
  progress: Progress,
  columns: number,
  height: number,
  now: number,
  paint: Paint,
  kept: Widths = noWidths(),
): string[] {
  const width = Math.max(1, columns - 1);
  const cells = [...progress.rows.values()].map((row) => cellsOf(row, now));
  const room = Math.max(0, height - 1);
  const shown = cells.length <= room ? cells : mostInteresting(cells, Math.max(0, room - 1));
  const layout = layOut(shown, columns, kept);
  const lines = [heading(progress, width, now, paint), ...shown.map((each) => line(each, layout, width, paint))];
  if (shown.length < cells.length && room > 0)
    lines.push(paint.dim(cut(rest(cells.filter((each) => !shown.includes(each))), width)));
  return height > 0 ? lines : [];
}

function mostInteresting(cells: readonly Cells[], count: number): Cells[] {
  const chosen = new Set(INTEREST.flatMap((state) => cells.filter((each) => each.state === state)).slice(0, count));
  return cells.filter((each) => chosen.has(each));
}

function rest(hidden: readonly Cells[]): string {
  const counts = INTEREST.map((state) => [hidden.filter((each) => each.state === state).length, state] as const);
  return `  and ${hidden.length} more: ${counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ')}`;
}

function heading(progress: Progress, width: number, now: number, paint: Paint): string {
  const spent = width < 60 ? '' : progress.spent(now);
  const clock = progress.started === null ? '' : `${spent && `${spent}  `}${formatClock(now - progress.started)}`;
  const step = [...progress.steps.values()].at(-1);
  const pass = progress.passes > 1 ? `pass ${progress.pass} of ${progress.passes}` : null;
  const where = [pass, progress.phase, step === progress.phase ? null : step].filter((part) => part).join(' · ');
  const title = cut(oneLine(progress.title), Math.max(0, width - widthOf(clock) - 1));
  const room = width - widthOf(title) - widthOf(clock) - 2;
  const place = cut(where ? ` ${oneLine(where)}` : '', room);
  const task =
    progress.task && room - widthOf(place) > 12 ? `  “${cut(oneLine(progress.task), room - widthOf(place) - 4)}”` : '';
  const gap = ' '.repeat(Math.max(1, width - widthOf(title) - widthOf(place) - widthOf(task) - widthOf(clock)));
  return cutPainted(
    [
      [title, paint.bold],
      [place, paint.cyan],
      [task, paint.dim],
      [gap, same],
      [clock, paint.bold],
    ],
    width,
  );
}

function cellsOf(row: Row, now: number): Cells {
  const state = stateOf(row);
  const activity = [...row.running.values()].at(-1);
  const elapsed = activity ? now - activity.since : (row.ended ?? now) - (row.started ?? now);
  const limit = activity ? limitOf(row, activity) : null;
  const clock = row.started === null ? '' : formatClock(elapsed) + (limit === null ? '' : `/${formatClock(limit)}`);
  const files = row.filesChanged === null ? '' : `${one(row.filesChanged, 'file')} changed`;
  return {
    row,
    state,
    clock,
    title: oneLine(row.title),
    backend: oneLine(row.backend ?? ''),
    doing: activity ? oneLine(activity.label) : state,
    used: limit === null ? 0 : elapsed / limit,
    unusual: activity !== undefined && isUnusual(activity, now),
    tail: state === 'failed' ? oneLine(row.why ?? '') : state === 'done' ? files : row.idle ? '' : row.said,
  };
}

interface Layout extends Readonly<Widths> {
  readonly names: boolean;
}

/** Column widths: a narrow terminal gives up the backend first, then the gates' names, then what was last said. */
function layOut(cells: readonly Cells[], columns: number, kept: Widths): Layout {
  const names = columns >= 120;
  const roomy = columns >= 60;
  const fit = (column: keyof Widths, pick: (each: Cells) => string, most: number): void => {
    kept[column] = Math.min(most, Math.max(kept[column], ...cells.map((each) => widthOf(pick(each)))));
  };
  fit('title', (each) => each.title, columns >= 100 ? 28 : roomy ? 18 : 8);
  fit('backend', (each) => each.backend, roomy ? 12 : 0);
  fit('doing', (each) => each.doing, columns >= 100 ? 28 : roomy ? 16 : 9);
  fit('clock', (each) => each.clock, roomy ? 17 : 11);
  fit('gates', (each) => gatesText(each.row, names), names ? 60 : 12);
  return { ...kept, names };
}

const gatesText = (row: Row, names: boolean): string =>
  [...row.gates].map(([gate, state]) => gateSymbol(state) + (names ? oneLine(gate) : '')).join(names ? ' ' : '');

const SIGNS: Readonly<Record<State, string>> = {
  running: '●',
  failed: '✗',
  waiting: '·',
  done: '✓',
  superseded: '–',
  'not needed': '–',
};

type Part = readonly [text: string, brush: (text: string) => string];
const same = (text: string): string => text;
const SPACE: Part = [' ', same];

function line(cells: Cells, layout: Layout, width: number, paint: Paint): string {
  const brushes = {
    running: paint.cyan,
    failed: paint.red,
    waiting: paint.dim,
    done: paint.green,
    superseded: paint.dim,
    'not needed': paint.dim,
  };
  const pressing = cells.used > 0.9 ? paint.red : cells.used > 0.75 ? paint.yellow : paint.dim;
  const column = (text: string, size: number, brush: Part[1]): Part[] =>
    size > 0 ? [SPACE, [pad(text, size), brush]] : [];
  const parts: Part[] = [
    [SIGNS[cells.state], brushes[cells.state]],
    ...column(cells.title, layout.title, paint.bold),
    ...column(cells.backend, layout.backend, paint.dim),
    ...column(cells.doing, layout.doing, cells.state === 'failed' ? paint.red : same),
    ...column(cells.clock, layout.clock, pressing),
    ...gateParts(cells.row, layout, paint),
    [cells.unusual ? '  unusually long' : '', paint.yellow],
    [cells.tail ? `  ${cells.tail}` : '', cells.state === 'failed' ? paint.red : paint.dim],
  ];
  return cutPainted(parts, width);
}

function gateParts(row: Row, layout: Layout, paint: Paint): Part[] {
  if (layout.gates === 0) return [];
  const parts = [SPACE];
  let room = layout.gates;
  for (const [gate, state] of row.gates) {
    const space = layout.names && parts.length > 1 ? ' ' : '';
    const text = cut(space + gateSymbol(state) + (layout.names ? oneLine(gate) : ''), room);
    room -= widthOf(text);
    parts.push([text, (plain) => paintGate(state, plain, paint)]);
  }
  return [...parts, [' '.repeat(room), same]];
}

/** The parts in their colours, cut where the line ends; spaces at the end are not drawn. */
function cutPainted(parts: readonly Part[], width: number): string {
  let [painted, room] = ['', width];
  const last = parts.findLastIndex(([text]) => text.trim() !== '');
  for (const [index, [text, brush]] of parts.slice(0, last + 1).entries()) {
    const short = cut(index === last ? text.trimEnd() : text, room);
    room -= widthOf(short);
    if (short) painted += brush(short);
  }
  return painted;
}
