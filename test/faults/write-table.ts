// Writes the table of attacks into README.md, between its two marks, from what the tests saw: `MM_FAULTS=full npx tsx
// test/run.ts faults/hostile`, then `npx tsx test/faults/write-table.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { ATTACKS, type Outcome } from './attacks.ts';

const MARKS = ['<!-- attacks -->\n', '<!-- end of attacks -->'] as const;
const README = new URL('./README.md', import.meta.url);

type Kind = 'worktree' | 'clone';
type Seen = Readonly<Record<string, Outcome>>;

const seenFile = (kind: Kind): URL => new URL(`./seen-${kind}.json`, import.meta.url);
const readSeen = (kind: Kind): Seen => JSON.parse(readFileSync(seenFile(kind), 'utf8')) as Seen;

/** Writes down what came of an attack, when all of them are run. */
export function noteSeen(id: string, kind: Kind, outcome: Outcome): void {
  if (process.env.MM_FAULTS !== 'full') return;
  const seen = { ...readSeen(kind), [id]: outcome };
  const all = ATTACKS.flatMap((attack) => (seen[attack.id] ? [[attack.id, seen[attack.id]] as const] : []));
  writeFileSync(seenFile(kind), `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

/** The table as Markdown. */
export function table(): string {
  const [worktree, clone] = [readSeen('worktree'), readSeen('clone')];
  const rows = ATTACKS.map(
    ({ id, does }) => `| \`${id}\` | ${does} | ${worktree[id] ?? 'not seen'} | ${clone[id] ?? 'not seen'} |`,
  );
  return ['| attack | the agent … | in a worktree | in a clone |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

/** The README with the table as it should be. */
export function withTable(readme: string): string {
  const [from, to] = MARKS.map((mark) => readme.indexOf(mark)) as [number, number];
  if (from === -1 || to === -1) throw new Error('README.md has lost its marks');
  return `${readme.slice(0, from)}${MARKS[0]}${table()}${readme.slice(to)}`;
}

if (process.argv[1]?.endsWith('write-table.ts')) writeFileSync(README, withTable(readFileSync(README, 'utf8')));
