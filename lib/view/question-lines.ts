// A question at the terminal, as lines. Which key does what is the prompter's business (system/ask-by-keys.ts).
import type { QuestionState } from '../core/question.ts';
import type { Paint } from './paint.ts';
import type { Size } from './region.ts';
import { characters, cut, harmless, oneLine, pad, widthOf, wrap } from './text.ts';

/** The lines of a question, each narrower than the terminal, at most its rows minus one. */
export function questionLines(question: QuestionState, { columns, rows }: Size, paint: Paint): string[] {
  const width = Math.max(8, columns - 1);
  const most = Math.max(1, rows - 1);
  const message = wrap(harmless(question.message), width - 2).map(
    (line, i) => `${i === 0 ? paint.cyan('?') : ' '} ${paint.bold(line)}`,
  );
  if (question.kind === 'select') {
    const head = message.slice(0, Math.max(1, most - 4));
    return [...head, ...choiceLines(question, width, most - head.length, paint)].slice(0, most);
  }
  const answer = question.kind === 'confirm' ? confirmLine(question.initial, paint) : inputLine(question, width, paint);
  return [...message.slice(0, Math.max(1, most - 1)), answer].slice(0, most);
}

const confirmLine = (initial: boolean, paint: Paint): string =>
  `  ${initial ? 'Y/n' : 'y/N'} ${paint.dim(`· y yes · n no · Enter ${initial ? 'yes' : 'no'}`)}`;

type Select = Extract<QuestionState, { kind: 'select' }>;

function choiceLines({ choices, index, onEscape }: Select, width: number, room: number, paint: Paint): string[] {
  const labels = choices.map((choice) => oneLine(choice.label));
  const widest = Math.max(...labels.map(widthOf));
  // beside its label where all of them fit, else only the chosen one's, below it
  const beside = choices.every((choice) => 2 + widest + 2 + widthOf(oneLine(choice.hint ?? '')) <= width);
  const below = beside ? [] : wrap(oneLine(choices[index]?.hint ?? ''), width - 4).filter((line) => line);
  const hint = below.slice(0, Math.max(0, room - 2)).map((line) => `    ${paint.dim(line)}`);
  const list = Math.max(1, room - hint.length - 1);
  const from = Math.max(0, Math.min(index - Math.floor(list / 2), choices.length - list));
  const lines = choices.slice(from, from + list).flatMap((choice, i) => {
    const chosen = from + i === index;
    const label = labels[from + i]!;
    const tail = beside && choice.hint ? `  ${paint.dim(oneLine(choice.hint))}` : '';
    const text = cut(tail ? pad(label, widest) : label, width - 2);
    return [`${chosen ? paint.cyan('❯') : ' '} ${chosen ? paint.cyan(text) : text}${tail}`, ...(chosen ? hint : [])];
  });
  // where not all of them can be seen: which one of how many
  const place = list < choices.length ? `${index + 1} of ${choices.length} · ` : '';
  return room > lines.length ? [...lines, paint.dim(keysLine(place, onEscape, width))] : lines;
}

/** Which key does what, in as many words as there is room for. */
function keysLine(place: string, onEscape: string, width: number): string {
  const long = `  ${place}↑↓ or a number · Enter takes it · Esc ${onEscape}`;
  return widthOf(long) <= width ? long : cut(`  ${place}↑↓ · Enter · Esc ${onEscape}`, width);
}

function inputLine(question: Extract<QuestionState, { kind: 'text' }>, width: number, paint: Paint): string {
  const [sign, before, after] = [paint.cyan('❯'), oneLine(question.before), oneLine(question.after)];
  if (!before && !after) return `${sign} ${bar(paint)}${paint.dim(cut(oneLine(question.initial), width - 3))}`;
  // a long answer is seen from the caret backwards
  const seen = [...characters(before)];
  let used = widthOf(before);
  while (used > width - 6) used -= widthOf(seen.shift()!);
  return `${sign} ${seen.join('')}${bar(paint)}${cut(after, width - 3 - used)}`;
}

const bar = (paint: Paint): string => paint.cyan('▏');
