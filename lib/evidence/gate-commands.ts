// Which commands a gate starts, as far as its text says so for sure: to see whether they could run. Reads no file.
import type { Command } from '../core/shell-word.ts';

/** What a shell does itself, and words of its grammar. */
const OWN_WORDS = new Set(
  [
    '. : [ [[ ! { } ( ) alias bg break case cd command continue do done echo elif else esac eval exec exit export',
    'false fi for function hash if in kill local printf pwd read return set shift source test then time trap true',
    'type ulimit umask unset until wait while',
  ].flatMap((words) => words.split(' ')),
);

/** Words of each command; of a shell line, only those that are commands whatever happens in it. */
export function gateCommands(run: Command): readonly (readonly string[])[] {
  if (typeof run !== 'string') return [run];
  // what is quoted or substituted may hold anything; what follows `||` may never run
  const plain = run
    .replace(/'[^']*'|"(?:[^"\\$`]|\\.)*"/g, 'Q')
    .replace(/\\\n/g, ' ')
    .replace(/(^|\s)#.*$/gm, '$1');
  if (/["'`]|\$\(|<<|\bfunction\b|\(\)/.test(plain)) return [];
  return plain.split(/&&|;|\n|\|\|.*|\|/).flatMap((part) => {
    const words = part
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    while (/^[A-Za-z_]\w*=/.test(words[0] ?? '')) words.shift();
    const [first = ''] = words;
    return /^[\w@.+/-]+$/.test(first) && !OWN_WORDS.has(first) ? [words] : [];
  });
}
