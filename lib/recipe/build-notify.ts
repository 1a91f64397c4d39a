// A recipe's `notify` → when and how somebody who looks away is told. One word or one command is only about questions.
import type { Moment, Notify } from '../core/recipe.ts';
import type { Tree } from './tree.ts';
import { limit, listed, shaped, texts, value, valueOr } from './values.ts';

const MOMENTS: readonly Moment[] = ['question', 'completed', 'failed', 'budget'];
const AFTER_MS = 20_000;

const written = shaped<Notify>({
  on: (tree) => momentsOf([value(tree) ?? 'none'].flat() as readonly string[]),
  afterMs: ['after', (tree) => (tree === undefined ? AFTER_MS : (limit(tree) ?? 0))],
  commands: listed(texts),
  terminal: valueOr('osc9'),
});

export function notifyOf(tree: Tree | undefined): Notify {
  if (tree?.kind === 'map') return written(tree);
  const questions: Notify = { on: ['question'], afterMs: 0, commands: [], terminal: 'none' };
  if (tree?.kind === 'list') return { ...questions, commands: [texts(tree)] };
  return value(tree) === 'bell' ? { ...questions, terminal: 'bell' } : { ...questions, on: [] };
}

const momentsOf = (words: readonly string[]): readonly Moment[] =>
  words.includes('all') ? MOMENTS : MOMENTS.filter((moment) => words.includes(moment));
