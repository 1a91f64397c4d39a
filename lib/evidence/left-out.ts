// What a model left that is no part of its candidate, in a sentence: nothing that it did goes unsaid.
import type { SideEntry } from '../core/candidate.ts';

const WORDS: Readonly<Record<SideEntry['what'], string>> = {
  ignored: 'ignored by git',
  'empty-folder': 'an empty folder',
  'special-file': 'neither file nor folder',
  submodule: 'in a submodule',
  'embedded-repository': 'a repository of its own',
  'newly-ignored': 'hidden by a changed .gitignore',
  unreadable: 'unreadable',
};

/** What weighs most comes first. */
const ORDER: readonly SideEntry['what'][] = [
  'submodule',
  'embedded-repository',
  'newly-ignored',
  'unreadable',
  'ignored',
];
const NAMED = 5;

/**
 * @param who made the candidate
 * @param caches names of folders that hold nothing but caches, which are not named
 * @returns empty where there is nothing to say
 */
export function leftOutSentence(who: string, side: readonly SideEntry[], caches: readonly string[]): string {
  const place = ({ what }: SideEntry) => (ORDER.includes(what) ? ORDER.indexOf(what) : ORDER.length);
  const worthSaying = side
    .filter(({ path }) => !path.split('/').some((name) => caches.includes(name)))
    .sort((a, b) => place(a) - place(b));
  if (worthSaying.length === 0) return '';
  const named = worthSaying.slice(0, NAMED).map(({ path, what }) => `${path} (${WORDS[what]})`);
  const rest = worthSaying.length > NAMED ? ` and ${worthSaying.length - NAMED} more` : '';
  const some = worthSaying.find(({ kept }) => kept !== undefined)?.kept;
  const folder = some === undefined ? undefined : some.split('/').slice(0, 3).join('/');
  const where =
    folder === undefined
      ? '; no copy was kept'
      : worthSaying.every(({ kept }) => kept !== undefined)
        ? `; copies lie in ${folder}`
        : `; copies of what is small enough lie in ${folder}`;
  return `No part of what ${who} made: ${named.join(', ')}${rest}${where}.`;
}
