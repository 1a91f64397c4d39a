// Writes the table of attacks into README.md, between its two marks: `npx tsx test/faults/write-table.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { ATTACKS } from './attacks.ts';

const MARKS = ['<!-- attacks -->\n', '<!-- end of attacks -->'] as const;

/** The table as Markdown. */
export const table = (): string =>
  [
    '| attack | the agent … | in a worktree | in a clone |',
    '| --- | --- | --- | --- |',
    ...ATTACKS.map(({ id, does, worktree, clone }) => `| \`${id}\` | ${does} | ${worktree} | ${clone} |`),
    '',
  ].join('\n');

/** The README with the table as it should be. */
export function withTable(readme: string): string {
  const [from, to] = MARKS.map((mark) => readme.indexOf(mark)) as [number, number];
  if (from === -1 || to === -1) throw new Error('README.md has lost its marks');
  return `${readme.slice(0, from)}${MARKS[0]}${table()}${readme.slice(to)}`;
}

const file = new URL('./README.md', import.meta.url);
if (process.argv[1]?.endsWith('write-table.ts')) writeFileSync(file, withTable(readFileSync(file, 'utf8')));
