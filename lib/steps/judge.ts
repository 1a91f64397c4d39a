// Executor `judge`: blind comparison. Each judge sees the candidates under letters, twice, in opposite orders; what it
// does not say both times counts as undecided. Its answers are a model's words: read by evidence/judge-answer.ts.
import { join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { messages } from '../core/messages/run.ts';
import { readJudgeAnswer } from '../evidence/judge-answer.ts';
import { blindOrders, letterOf, type Order } from '../evidence/votes.ts';
import { render } from '../recipe/template.ts';
import { writeAtomic } from '../system/files.ts';
import { askModel, cannotAsk } from './ask-model.ts';
import { askingPlace } from './asking-place.ts';
import { AMONG, entrants } from './entrants.ts';
import { distinguishingText, evidenceText } from './evidence-text.ts';
import type { Executor, StepContext } from './executor.ts';
import {
  candidateBlocks,
  contested,
  fitting,
  type Judged,
  judgesOf,
  roomFor,
  shownDiffs,
  shownPath,
} from './judged-versions.ts';
import { type Judgement, judgementToJson, type Votes } from './judgement.ts';
import { limitFor } from './limit-for.ts';
import type { Seat } from './run.ts';

export const judge: Executor = {
  name: 'judge',
  nature: 'action',
  summary: 'Has one or more models compare the candidates blindly, each in two opposite orders.',
  schema: {
    value: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
      description: 'A slot, `primary`, or a list of them.',
    },
    fields: { template: { type: 'string', description: 'The prompt.' }, ...AMONG },
    required: ['template'],
  },
  templates: { template: 'prompts' },
  slots: ['value'],
  names: { candidates: 'text', evidence: 'text', files: 'text', mistakes: 'text' },
  saves: 'text',
  needs: () => ['capture'],
  example: '- { id: compare, judge: primary, of: lanes, template: compare, save: votes }',
  label: () => 'comparing',
  foresee: async ({ run, value, pass, id }) => ({
    problems: judgesOf(value).flatMap((judge) =>
      cannotAsk(judge === 'primary' ? run.primary(pass) : run.seats.get(judge), id, true),
    ),
    says: [
      `have ${judgesOf(value)
        .map((id) => (id === 'primary' ? 'the primary' : run.title(id)))
        .join(', ')} compare the candidates blindly, in two orders`,
    ],
  }),
  async run(context) {
    const { run, pass, value } = context;
    const all = await entrants(context);
    const paths = contested(all);
    if (all.length < 2 || paths.length === 0) {
      run.note('There is nothing to compare: no file has two versions.');
      return ok(undefined);
    }
    const evidence = new Map(
      await Promise.all(all.map(async (each) => [each.id, await evidenceText(context, each, all)] as const)),
    );
    const seats = [...new Set(judgesOf(value).map((id) => (id === 'primary' ? run.primary(pass) : run.seats.get(id))))];
    const judges = seats
      .filter((seat) => seat !== undefined)
      .map((seat) => ({ seat, room: roomFor(seat), paths: fitting(all, paths, roomFor(seat)) }));
    const seen = Math.min(...judges.map((each) => each.paths.length));
    if (seen < paths.length) run.note(tooManyFiles(seen, paths.length));
    const ids = all.map(({ id }) => id);
    const asked = judges.flatMap(({ seat, ...fit }) => {
      const orders = blindOrders(ids, `${run.session.id}/${pass}`, seat.slot.id);
      const judged = { all, ...fit };
      const diffs = shownDiffs(run.store, run.baseTree, judged, orders[0]);
      return orders.map((order, number) => ask(context, seat, order, number, { ...judged, evidence, diffs }));
    });
    const outcomes = await Promise.all(asked);
    const answered = outcomes.filter((each) => each.ok).map(({ value: judgement }) => judgement);
    if (answered.length === 0) return outcomes[0] && !outcomes[0].ok ? outcomes[0] : ok(undefined);
    const trees = Object.fromEntries(all.map(({ id, tree }) => [id, tree]));
    return ok({ trees, judgements: answered } satisfies Votes);
  },
};

const tooManyFiles = (seen: number, all: number): string =>
  `${seen} of the ${all} files with several versions are judged, those with the smallest changes: more do not fit into a prompt. The evidence decides the others.`;

interface Material extends Judged {
  readonly evidence: ReadonlyMap<string, string>;
  readonly diffs: ReturnType<typeof shownDiffs>;
}

/** Asks one judge in one order; an answer with mistakes is asked for once more, with the mistakes named. */
async function ask(
  context: StepContext,
  seat: Seat,
  order: Order,
  number: number,
  material: Material,
): Promise<Result<Judgement>> {
  const { run, pass, id: step, lookup, fields } = context;
  const letters = order.map((_, place) => letterOf(place));
  const showing = number === 0 ? order : [...order].reverse();
  const candidates = candidateBlocks(order, showing, material, await material.diffs);
  const own: Record<string, string> = {
    candidates,
    evidence: [
      order.map((id, place) => `- Candidate ${letterOf(place)}: ${material.evidence.get(id)}`).join('\n'),
      await distinguishingText(run, pass, order),
    ]
      .filter(Boolean)
      .join('\n\n'),
    files: material.paths.map((path) => `- ${shownPath(path)}`).join('\n'),
    mistakes: '',
  };
  const dir = await run.session.passDir(pass);
  const name = `${step}.${seat.slot.id}${number === 0 ? '' : '.reversed'}`;
  for (let round = 1; ; round++) {
    const prompt = render(run.recipe.prompts[String(fields.template)]!, (path) => own[path] ?? lookup(path));
    const promptFile = join(dir, `prompt.${name}${round === 1 ? '' : '.again'}.md`);
    await writeAtomic(promptFile, prompt);
    const workspace = await askingPlace(context);
    const answer = await askModel(context, {
      seat,
      prompt,
      promptFile,
      name: round === 1 ? name : `${name}.again`,
      readOnly: true,
      judging: true,
      cwd: workspace,
      limitMs: limitFor(context, seat),
      look: async () => null,
      restore: async () => {},
    });
    if (!answer.ok) return answer;
    const read = readJudgeAnswer(answer.value.text, material.paths, letters);
    const judged = { judge: seat.slot.id, order: [...order], answer: read.answer && judgementToJson(read.answer) };
    run.emit({ type: 'judgement', pass, ...judged, mistakes: read.mistakes });
    if (read.answer) return ok(judged);
    if (round === 2) return fail(messages.judgeUnusable({ title: run.title(seat.slot.id), mistakes: read.mistakes }));
    own.mistakes = `Your last answer could not be used. Answer again, in full and in exactly the form above. What was wrong:\n\n${read.mistakes.map((mistake) => `- ${mistake}`).join('\n')}`;
  }
}
