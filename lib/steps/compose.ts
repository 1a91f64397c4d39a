// Executor `compose`: puts the best parts together and proves the result before anyone is asked.
import type { Candidate } from '../core/candidate.ts';
import { fail, ok } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Grain } from '../evidence/options.ts';
import { allFailed } from './answered.ts';
import { AMONG, candidates } from './candidates.ts';
import type { Executor, StepContext } from './executor.ts';
import type { Judgement, Votes } from './judgement.ts';
import { savePlan } from './plan-files.ts';
import { proposePlan } from './proposing.ts';
import { withRevision } from './revision.ts';

const GRAINS: readonly Grain[] = ['candidate', 'file', 'hunk'];

const UNJUDGED = 'No judge was asked, as the budget was reached: the evidence decides alone.';

export const compose: Executor = {
  name: 'compose',
  nature: 'action',
  summary:
    'Chooses the best version of every file by the evidence and the judges, puts them together and proves the result ' +
    'with the gates.',
  schema: {
    value: {
      anyOf: [{ enum: GRAINS }, { type: 'string', tree: 'trees' }],
      description: 'The group whose lanes gave the trees.',
    },
    fields: {
      grain: { enum: GRAINS, description: 'What is chosen: files, whole candidates, or places within files.' },
      votes: {
        type: 'string',
        text: true,
        description: 'What judges said, as `judge` saves it; without it the evidence decides.',
      },
      with: AMONG.with,
    },
  },
  saves: 'tree',
  needs: () => ['capture'],
  formerly: (said) => (isGrain(said('value')) ? 'compose: lanes, grain: …, votes: "${votes}", save: …' : null),
  example: '- { compose: lanes, grain: file, votes: "${votes}", save: combined }',
  label: () => 'putting the best parts together',
  preview: async (context) => ({
    says: [`put the best parts together, piece by piece (${grainOf(context)}), and prove the result with the gates`],
  }),
  async run(context) {
    const { run, pass, value } = context;
    const grain = grainOf(context);
    const all = await candidates(context, isGrain(value) ? undefined : value);
    const plan = await proposePlan(context, all, { grain, judgements: judgementsFor(context, all) });
    if (plan === null) return fail(allFailed(run, pass));
    const isUnjudged = run.purse.unjudged.has(pass) && plan.decided_by === 'evidence';
    const told = isUnjudged ? { ...plan, notes: [...plan.notes, UNJUDGED] } : plan;
    return ok(await savePlan(context, await withRevision(run, pass, told)));
  },
};

const isGrain = (value: Json | undefined): value is Grain => GRAINS.some((grain) => grain === value);

const grainOf = ({ value, fields }: StepContext): Grain =>
  isGrain(value) ? value : isGrain(fields.grain) ? fields.grain : 'file';

/** What judges said of these candidates, not of what was called the same in an earlier pass. */
function judgementsFor({ run, pass, value, fields }: StepContext, all: readonly Candidate[]): readonly Judgement[] {
  if (isGrain(value)) return run.passRecord(pass)?.judgements ?? [];
  const votes = fields.votes as Votes | null | undefined;
  if (typeof votes !== 'object' || votes === null) return [];
  const trees = Object.entries(votes.trees);
  return trees.every(([id, tree]) => all.some((each) => each.id === id && each.tree === tree)) ? votes.judgements : [];
}
