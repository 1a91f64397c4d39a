// What decides where nothing that was measured tells candidates apart: how alike they are in what they add, what became
// of each slot's work in this repository's earlier runs, and last the primary.
import { passes } from '../core/gate-states.ts';
import type { PassModel, SessionRecord } from '../core/session-record.ts';
import { addedWords, likeness, together } from '../evidence/likeness.ts';
import type { TieBreaks } from '../evidence/rank-context.ts';
import { isTestPath } from '../evidence/test-names.ts';
import { type PastWork, trust } from '../evidence/trust.ts';
import { listSessions } from '../session/find.ts';
import { repositoryFolderOf } from '../session/home.ts';
import type { Run } from './run-context.ts';

/** A candidate's files, as far as they were read. */
interface ReadWork {
  readonly id: string;
  readonly changes: readonly { readonly path: string }[];
  readonly text: (path: string) => string | null;
  readonly before: (path: string) => string | null;
}

/** Earlier runs than these say nothing of today's models. */
const MOST_RUNS = 50;

export function tieBreaks(run: Run, pass: number, works: readonly ReadWork[]): TieBreaks {
  const added = works.map(({ id, changes, text, before }) => {
    const code = changes.filter(({ path }) => !isTestPath(path));
    return [id, together(code.map(({ path }) => addedWords(before(path), text(path))))] as const;
  });
  return {
    likeness: likeness(new Map(added)),
    trust: trust(earlierRuns(run)),
    primary: run.primary(pass)?.slot.id ?? null,
  };
}

/** This repository's earlier runs that have a plan, the newest ones. */
function earlierRuns(run: Run): PastWork[][] {
  return listSessions(repositoryFolderOf(run.session.dir))
    .filter(({ id, record }) => id !== run.session.id && record.passes.at(-1)?.plan)
    .slice(0, MOST_RUNS)
    .map(({ record }) => pastWork(record));
}

function pastWork({ passes: all, result }: SessionRecord): PastWork[] {
  const pass = all.at(-1)!;
  const passed = ({ gates }: PassModel) => Object.values(gates).every(passes);
  return Object.entries(pass.models)
    .filter(([, { status, tree }]) => status === 'ok' && tree !== null)
    .map(([slot, model]) => {
      const files = result?.files ?? [];
      const taken = files.filter(({ from }) => from.split('+').includes(slot)).length;
      return { slot, passed: passed(model), taken: files.length === 0 ? null : taken / files.length };
    });
}
