// Executor `revision`: what the user told a model to change when the plan was reviewed, there or with `mm revise`.
import { treeDiff } from '../candidate/tree-diff.ts';
import { BASE, type Candidate, type Pick, type Plan } from '../core/candidate.ts';
import { ok } from '../core/failure.ts';
import type { Revision } from '../core/session-record.ts';
import { slotItem } from './detect.ts';
import type { Executor } from './executor.ts';
import type { Run } from './run-context.ts';

export const revision: Executor = {
  name: 'revision',
  nature: 'action',
  summary: 'Tells what the user told a model to change, in the review before it or with `mm revise`, if anything.',
  schema: { value: { type: 'object', properties: {}, additionalProperties: false } },
  saves: { none: 'safe', wanted: 'safe', slots: 'slots', note: 'text' },
  example: '- { revision: {}, save: revision }',
  async run({ run, pass }) {
    const open = openRevision(run, pass);
    const slot = open && run.recipe.slots[open.slot];
    if (!slot) return ok({ none: true, wanted: false, slots: [], note: '' });
    return ok({ none: false, wanted: true, slots: [slotItem(run, slot)], note: open.note });
  },
};

/** What the user told a model in this pass of which nothing has come yet; null: nothing is open. */
export const openRevision = (run: Run, pass: number): Revision | null =>
  run.passRecord(pass)?.revisions?.find(({ tree }) => tree === null) ?? null;

/**
 * The files of a new plan with what the user had chosen before it was made; null where there is nothing of that.
 * @returns `lost`: paths of which the version that was chosen is gone: hunks of what has been revised since, or a
 * candidate that has left the file as it was
 */
export function withKept(
  run: Run,
  pass: number,
  { files }: Plan,
  all: readonly Candidate[],
): { readonly files: readonly Pick[]; readonly lost: readonly string[] } | null {
  const last = run.passRecord(pass)?.revisions?.at(-1);
  if (!last?.kept || last.tree === null) return null;
  const changes = (id: string, path: string) => all.find((each) => each.id === id)?.changes.has(path) === true;
  const isThere = ({ path, from, entry }: Pick) =>
    from === BASE || (entry ? !from.split('+').includes(last.slot) : from.split('+').every((id) => changes(id, path)));
  const kept = new Map(last.kept.filter(isThere).map((pick) => [pick.path, pick]));
  const added = [...kept.values()].filter(
    ({ path, from }) => from !== BASE && files.every((pick) => pick.path !== path),
  );
  return {
    files: [...files.map((pick) => kept.get(pick.path) ?? pick), ...added].sort((a, b) => (a.path < b.path ? -1 : 1)),
    lost: last.kept.filter((pick) => !isThere(pick)).map(({ path }) => path),
  };
}

/** Longest part of what the user said that is repeated in a sentence. */
const LONGEST_NOTE = 120;

/** The plan, with a sentence on what has changed in it since the user last told a model what to change. */
export async function withRevision(run: Run, pass: number, plan: Plan): Promise<Plan> {
  const last = run.passRecord(pass)?.revisions?.at(-1);
  if (!last || last.tree === null || last.plan === null) return plan;
  const before = new Map(last.plan.files.map(({ path, from }) => [path, from]));
  const now = new Map(plan.files.map(({ path, from }) => [path, from]));
  const named = (from: string | undefined) =>
    from === undefined
      ? 'left as it was'
      : from
          .split('+')
          .map((id) => run.title(id))
          .join(' and ');
  const changed = (await treeDiff(run.store, last.plan.tree, plan.tree)).map(({ path }) => {
    const [was, is] = [named(before.get(path)), named(now.get(path))];
    return `${path} (${was === is ? is : `${is}, before: ${was}`})`;
  });
  const words = last.note.replace(/\s+/g, ' ').trim();
  const note = words.length > LONGEST_NOTE ? `${words.slice(0, LONGEST_NOTE)}…` : words;
  const what = changed.length === 0 ? 'It changed nothing in the plan.' : `Changed since: ${changed.join(', ')}.`;
  return { ...plan, notes: [`You told ${run.title(last.slot)}: “${note}” ${what}`, ...plan.notes] };
}
