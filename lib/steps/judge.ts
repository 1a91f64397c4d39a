// Executor `judge`: blind comparison. Each judge sees the candidates under letters, twice, in opposite orders; what it
// does not say both times counts as undecided. Its answers are a model's words: read by evidence/judge-answer.ts.
import { BASE, type Candidate } from '../core/candidate.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import { readJudgeAnswer } from '../evidence/judge-answer.ts';
import { judgeSchema } from '../evidence/judge-schema.ts';
import type { Grain } from '../evidence/options.ts';
import { contentKey } from '../evidence/selection.ts';
import { blindOrders, letterOf, type Order } from '../evidence/votes.ts';
import { render } from '../recipe/template.ts';
import { cannotAsk } from './ask-model.ts';
import { askedWhere } from './asked-where.ts';
import { askOnly } from './asking-place.ts';
import { candidateBlocks } from './candidate-blocks.ts';
import { AMONG, candidates } from './candidates.ts';
import { distinguishingText, evidenceText } from './evidence-text.ts';
import type { Executor, StepContext } from './executor.ts';
import {
  BUDGET,
  budgetFor,
  contested,
  fitting,
  GRAIN,
  type JudgedVersions,
  judgesOf,
  roomFor,
  shownDiffs,
  shownPath,
} from './judged-versions.ts';
import { type Judgement, judgementFromJson, judgementToJson, type Votes } from './judgement.ts';
import type { Participant } from './model-question.ts';
import { judgesMay } from './proposing.ts';
import { isRefusal } from './within-budget.ts';

export const judge: Executor = {
  name: 'judge',
  nature: 'action',
  summary: 'Has one or more models compare the candidates blindly, each in two opposite orders.',
  schema: {
    value: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
      description: 'A slot, `primary`, or a list of them.',
    },
    fields: { template: { type: 'string', description: 'The prompt.' }, ...BUDGET, ...GRAIN, ...AMONG },
    required: ['template'],
  },
  templates: { template: 'prompts' },
  slots: ['value'],
  names: { candidates: 'text', evidence: 'text', files: 'text', mistakes: 'text' },
  saves: 'text',
  needs: () => ['capture'],
  example: '- { id: compare, judge: primary, of: lanes, template: compare, save: votes }',
  label: () => 'comparing',
  preview: async ({ run, value, pass, id }) => ({
    problems: judgesOf(value).flatMap((judge) => cannotAsk(run.asked(judge, pass), id, true)),
    says: [
      `have ${judgesOf(value)
        .map((id) => {
          const slot = run.asked(id, pass)?.slot;
          return (id === 'primary' ? 'the primary' : run.title(id)) + (slot ? askedWhere(run, slot) : '');
        })
        .join(', ')} compare the candidates blindly, in two orders`,
    ],
  }),
  async run(context) {
    const { run, pass } = context;
    const all = await candidates(context);
    if (all.length < 2 || contested(all).length === 0) {
      run.note('There is nothing to compare: no file has two versions.');
      return ok(undefined);
    }
    const stakes = await stakesOf(context, all);
    if (stakes.paths.length === 0) {
      run.note('Nothing is left to judge: what was measured decides every file.');
      return ok(undefined);
    }
    const evidence = new Map(
      await Promise.all(stakes.shown.map(async (each) => [each.id, await evidenceText(context, each, all)] as const)),
    );
    const panel = judgesFor(context, stakes).map((judge) => ({ ...judge, evidence }));
    const seen = Math.min(...panel.map(({ paths }) => paths.length));
    if (seen < stakes.paths.length) run.note(tooManyFiles(seen, stakes.paths.length));
    const outcomes = await inBothOrders(context, panel, stakes);
    const judgements = outcomes.flatMap((each) => (each.ok ? [each.value] : []));
    if (outcomes.some((each) => !each.ok && isRefusal(each.failure))) run.purse.unjudged.add(pass);
    if (judgements.length === 0) return outcomes[0] && !outcomes[0].ok ? outcomes[0] : ok(undefined);
    const trees = Object.fromEntries(stakes.shown.map(({ id, tree }) => [id, tree]));
    return ok({ trees, judgements } satisfies Votes);
  },
};

const tooManyFiles = (seen: number, all: number): string =>
  `${seen} of the ${all} files with several versions are judged, those with the smallest changes: more do not fit ` +
  'into a prompt. The evidence decides the others.';

/** A judge, what it is asked about, and the two orders in which it sees the candidates. */
interface Panellist extends JudgedVersions {
  readonly participant: Participant;
  readonly orders: readonly [Order, Order];
  readonly evidence: ReadonlyMap<string, string>;
  readonly diffs: ReturnType<typeof shownDiffs>;
}

function judgesFor({ run, pass, value, fields }: StepContext, { shown, paths }: Stakes) {
  const participants = new Set(judgesOf(value).map((id) => run.asked(id, pass)));
  const ids = shown.map(({ id }) => id);
  return [...participants]
    .filter((participant) => participant !== undefined)
    .map((participant): Omit<Panellist, 'evidence'> => {
      const room = budgetFor(participant, fields.tokens);
      const judged = { all: shown, room, paths: fitting(shown, paths, roomFor(participant)) };
      const orders = blindOrders(ids, `${run.session.id}/${pass}`, participant.slot.id);
      return { ...judged, participant, orders, diffs: shownDiffs(run.store, run.baseTree, judged, orders[0]) };
    });
}

/** Asks every judge, and again, the other way round, about what that may change. */
async function inBothOrders(
  context: StepContext,
  panel: readonly Panellist[],
  { again }: Stakes,
): Promise<readonly Result<Judgement>[]> {
  if (again === null) return Promise.all(panel.flatMap((judge) => [ask(context, judge, 0), ask(context, judge, 1)]));
  const first = await Promise.all(panel.map((judge) => ask(context, judge, 0)));
  const open = again(first.flatMap((each) => (each.ok ? [each.value] : [])));
  const outcomes = panel.map(async (judge, i): Promise<readonly Result<Judgement>[]> => {
    const one = first[i]!;
    if (!one.ok) return [one];
    const paths = judge.paths.filter((path) => open.has(path));
    const settled = judge.paths.filter((path) => !open.has(path));
    const two = paths.length > 0 ? [await ask(context, { ...judge, paths }, 1)] : [];
    return [ok({ ...one.value, settled }), ...two];
  });
  return (await Promise.all(outcomes)).flat();
}

/** Asks one judge in one of its orders; an answer with mistakes is asked for once more, with the mistakes named. */
async function ask(context: StepContext, judge: Panellist, number: 0 | 1): Promise<Result<Judgement>> {
  const { run, pass, id: step, lookup, fields } = context;
  const { participant, orders, paths } = judge;
  const order = orders[number];
  const letters = order.map((_, place) => letterOf(place));
  const showing = orders[0];
  const candidates = candidateBlocks(order, showing, judge, await judge.diffs);
  const own: Record<string, string> = {
    candidates,
    evidence: [
      order.map((id, place) => `- Candidate ${letterOf(place)}: ${judge.evidence.get(id)}`).join('\n'),
      await distinguishingText(run, pass, order),
    ]
      .filter(Boolean)
      .join('\n\n'),
    files: paths.map((path) => `- ${shownPath(path)}`).join('\n'),
    mistakes: '',
  };
  const name = `${step}.${participant.slot.id}${number === 0 ? '' : '.reversed'}`;
  for (let round = 1; ; round++) {
    const prompt = render(run.recipe.prompts[String(fields.template)]!, (path) => own[path] ?? lookup(path));
    const answer = await askOnly(context, {
      participant,
      prompt,
      name: round === 1 ? name : `${name}.again`,
      judging: true,
      schema: judgeSchema(paths, letters),
    });
    if (!answer.ok) return answer;
    const read = readJudgeAnswer(answer.value, paths, letters);
    const judged = {
      judge: participant.slot.id,
      order: [...order],
      answer: read.answer && judgementToJson(read.answer),
    };
    run.emit({ type: 'judgement', pass, ...judged, mistakes: read.mistakes });
    if (read.answer) return ok(judged);
    if (round === 2)
      return fail(modelMessages.judgeUnusable({ title: run.title(participant.slot.id), mistakes: read.mistakes }));
    own.mistakes =
      'Your last answer could not be used. Answer again, in full and in exactly the form above. What was wrong:\n\n' +
      read.mistakes.map((mistake) => `- ${mistake}`).join('\n');
  }
}

/** What of the candidates is put before judges: what they can still decide, and whose versions that are. */
interface Stakes {
  /** Those of whom anything may be chosen. */
  readonly shown: readonly Candidate[];
  /** The files to judge. */
  readonly paths: readonly string[];
  /**
   * The files to ask about again once there are answers: where one would change what is chosen without it, and those
   * that are decided together with them. What all answers confirm stays as it is, whatever a second says. null: all.
   */
  readonly again: ((answers: readonly Judgement[]) => ReadonlySet<string>) | null;
}

/** @param all those who take part; where the step does not say how it is chosen, all that differs is judged, twice */
async function stakesOf(context: StepContext, all: readonly Candidate[]): Promise<Stakes> {
  const grain = context.fields.grain as Grain | undefined;
  if (grain === undefined) return { shown: all, paths: contested(all), again: null };
  const { open, chosen, groups } = await judgesMay(context, all, grain);
  const ids = new Set([...open.values()].flat());
  const shown = all.filter(({ id }) => ids.has(id));
  const paths = contested(shown).filter((path) => open.has(path));
  const isDoubted = (path: string, { order, answer }: Judgement) => {
    const verdict = judgementFromJson(answer).files.find((file) => file.path === path);
    const best = order.find((_, place) => letterOf(place) === verdict?.best) ?? BASE;
    return !verdict || contentKey(all, path, best) !== contentKey(all, path, chosen.get(path) ?? BASE);
  };
  const again = (answers: readonly Judgement[]) => {
    const doubted = paths.filter((path) => answers.some((each) => isDoubted(path, each)));
    const together = groups.filter((group) => group.some((path) => doubted.includes(path)));
    return new Set([...doubted, ...together.flat()]);
  };
  return { shown, paths, again };
}
