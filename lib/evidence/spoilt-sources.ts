// Which files of a repository are its sources, as far as a gate should notice when they are spoilt, and with what. A
// gate that passes all the same does not see the folder that it runs in, or sees nothing. Pure.
import type { Command } from '../core/shell-word.ts';

/** Words that checks look for; they are no remark of this file's. */
const MARKS = ['BROKEN', 'FIX' + 'ME', 'TO' + 'DO'].join(' ');

/**
 * What stands in each source: valid in no language, against the rules of any formatter, and with the words that checks
 * look for. A mark of a merge that was left over, unbalanced brackets and quotes, tabs, blanks and CR at line ends, a
 * long line, no line end last.
 */
export const SPOILT = [
  `<<<<<<< spoilt on purpose: ${MARKS} )]}>"'\`\t \r`,
  `\t ;;{{{((([[[ @@ ${'spoilt '.repeat(40)}`,
  '=======',
].join('\n');

/** More would only cost time: who reads any of so many finds one. */
const MOST_SPOILT = 1000;

/** What starts a file of the repository as a program. */
const SHELL = '(?:ba|da|z|k)?sh|source|\\.';
const INTERPRETER = 'node|python[\\d.]*|ruby|perl|php|tsx|ts-node|deno\\s+run|bun(?:\\s+run)?|Rscript|lua';
const FILE = '([\\w@][\\w@./-]*)';
const STARTED = new RegExp(
  `(?:^|[\\s;&|("'\`=])(?:(?:${SHELL}|${INTERPRETER})\\s+(?:-\\S+\\s+)*["']?(?:\\./)?${FILE}|\\./${FILE})`,
  'gm',
);

/** The files that a text of commands starts as programs, and of a command the first word. */
export function startedBy(text: string): readonly string[] {
  const first = /^\s*(?:\.\/)?([\w@][\w@./-]*)/.exec(text)?.[1];
  const found = [...text.matchAll(STARTED)].flatMap(([, run, own]) => [run ?? own ?? '']);
  return [...new Set([...(first ? [first] : []), ...found])];
}

export const commandLine = (command: Command): string => (typeof command === 'string' ? command : command.join(' '));

/**
 * The sources among the tracked files of a repository, at most a thousand of them, spread evenly.
 * @param isKept files that say how the project is built and tested, documents, data, and tests
 * @param programs files that the gates start: they are the measure, and not what is measured
 */
export function sourcesAmong(
  paths: readonly string[],
  isKept: (path: string) => boolean,
  programs: ReadonlySet<string>,
): readonly string[] {
  const sources = paths.filter((path) => !isKept(path) && !programs.has(path));
  if (sources.length <= MOST_SPOILT) return sources;
  const step = sources.length / MOST_SPOILT;
  return Array.from({ length: MOST_SPOILT }, (_, i) => sources[Math.floor(i * step)]!);
}
