// Trigger words: what the task's first and last line set, the task without them, and where such words stand elsewhere.
// The lines between are never changed. Asking whether a word elsewhere was meant is the caller's business.
import type { Trigger } from '../core/recipe.ts';

type TriggerValue = string | number;

interface TriggerReading {
  readonly values: Readonly<Record<string, TriggerValue>>;
  /** Without the words taken; may be blank when it was nothing but triggers. */
  readonly task: string;
  /** What the user should know, a sentence each. */
  readonly notes: readonly string[];
  /** Trigger words between the first and the last line; lines are counted from 1. */
  readonly elsewhere: readonly (Omit<Hit, 'note'> & { readonly line: number })[];
}

type Triggers = Readonly<Record<string, readonly Trigger[]>>;

interface Hit {
  readonly name: string;
  readonly word: string;
  readonly value: TriggerValue;
  readonly note: string | null;
}

/**
 * Reads a task's triggers, without regard to case. Blank lines around the task don't count. Where several words set
 * the same value, a later row of the recipe wins over an earlier one, and the first line over the last.
 */
export function readTriggers(task: string, triggers: Triggers): TriggerReading {
  const lines = task.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const edges = [...new Set([first, last])].filter((index) => index !== -1);
  const hits = edges.flatMap((index) => hitsIn(lines[index]!, triggers));
  const kept = lines.flatMap((line, index) => {
    if (!edges.includes(index)) return [line];
    const stripped = strip(line, triggers);
    return stripped.trim() === '' ? [] : [stripped];
  });
  const elsewhere = lines.flatMap((text, index) =>
    index <= first || index >= last
      ? []
      : hitsIn(text, triggers).map(({ name, word, value }) => ({ name, word, line: index + 1, value })),
  );
  return { ...resolve(hits, triggers), task: kept.join('\n'), elsewhere };
}

function resolve(hits: readonly Hit[], triggers: Triggers): Pick<TriggerReading, 'values' | 'notes'> {
  const values: Record<string, TriggerValue> = {};
  const notes: string[] = [];
  for (const name of Object.keys(triggers)) {
    const own = hits.filter((hit) => hit.name === name);
    const [taken] = own;
    if (taken === undefined) continue;
    values[name] = taken.value;
    const others = own.filter(({ value }) => value !== taken.value).map(({ word }) => `"${word}"`);
    if (taken.note !== null) notes.push(taken.note);
    if (others.length > 0)
      notes.push(`"${taken.word}" is taken for ${name}; ${others.join(' and ')} says something else.`);
  }
  return { values, notes };
}

/** Per name, hits of later rows come first. */
function hitsIn(line: string, triggers: Triggers): readonly Hit[] {
  return Object.entries(triggers).flatMap(([name, rows]) =>
    [...rows].reverse().flatMap((row) => [...line.matchAll(regexOf(row))].map((match) => hitOf(name, row, match))),
  );
}

function hitOf(name: string, { value, max }: Trigger, match: RegExpMatchArray): Hit {
  const word = match[0];
  const group = typeof value === 'string' ? /^\$(\d+)$/.exec(value)?.[1] : undefined;
  const written = group === undefined ? value : (match[Number(group)] ?? '').toLowerCase();
  const number = typeof written === 'string' && /^\d+$/.test(written) ? Number(written) : written;
  if (max === null || typeof number !== 'number' || number <= max) return { name, word, value: number, note: null };
  return { name, word, value: max, note: `"${word}" is more than ${name} can be; ${max} is taken.` };
}

/** A line without its trigger words, and without the spaces that stood around them. */
function strip(line: string, triggers: Triggers): string {
  const end = line.endsWith('\r') ? '\r' : '';
  let text = end ? line.slice(0, -1) : line;
  for (const row of Object.values(triggers).flat()) {
    for (let found = text.match(regexOf(row, 'i')); found?.[0]; found = text.match(regexOf(row, 'i'))) {
      const before = text.slice(0, found.index).trimEnd();
      const after = text.slice(found.index! + found[0].length).trimStart();
      text = before !== '' && after !== '' ? `${before} ${after}` : before + after;
    }
  }
  return text + end;
}

const regexOf = ({ match }: Trigger, flags = 'gi') => new RegExp(match, flags);
