// Executor `tell_apart`: where what was measured leaves candidates equal, has a model write small tests for where they
// differ, and runs them on every candidate and on the base. What they show goes to the judges; they decide nothing, and
// nothing of them goes into the result.
import { dirname, join } from 'node:path';
import { compose } from '../candidate/compose-trees.ts';
import { writeBlob } from '../candidate/objects.ts';
import { isSafePath } from '../candidate/safe-path.ts';
import { pathsIn } from '../candidate/trees.ts';
import { BASE, type Candidate } from '../core/candidate.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { FILE } from '../core/file-mode.ts';
import { passes } from '../core/gate-states.ts';
import { messages } from '../core/messages/run-messages.ts';
import { distinguishing, usableTests, type WrittenTest, writtenFiles } from '../evidence/distinguishing-tests.ts';
import type { CrossCell } from '../evidence/evidence.ts';
import { globMatcher } from '../evidence/globs.ts';
import { equalToFirst, ranked } from '../evidence/rank.ts';
import { areDisjoint, contentKey } from '../evidence/selection.ts';
import { blindOrders, letterOf } from '../evidence/votes.ts';
import { render } from '../recipe/template.ts';
import { makeFolder, writeAtomic } from '../system/files.ts';
import { cannotAsk } from './ask-model.ts';
import { askedWhere } from './asked-where.ts';
import { askOnly } from './asking-place.ts';
import { candidateBlocks } from './candidate-blocks.ts';
import { AMONG, candidateOf, candidates } from './candidates.ts';
import { testGates, testsOn } from './crossing.ts';
import { evidenceOf, rankingOf } from './evidence-of.ts';
import { evidenceText, TELL_APART } from './evidence-text.ts';
import type { Executor, StepContext } from './executor.ts';
import { BUDGET, budgetFor, contested, fitting, judgesOf, roomFor, shownDiffs, shownPath } from './judged-versions.ts';
import type { Participant } from './model-question.ts';
import type { Run } from './run-context.ts';

export const tell_apart: Executor = {
  name: 'tell_apart',
  nature: 'action',
  summary:
    'Where what was measured leaves candidates equal, has a model write small tests for where they differ, and runs ' +
    'them on all candidates and on the base, for the judges to see.',
  schema: {
    value: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
      description: 'A slot, `primary`, or a list of them, of which the first one that takes part is asked.',
    },
    fields: {
      template: { type: 'string', description: 'The prompt.' },
      ...BUDGET,
      ...AMONG,
      where: {
        enum: ['undecided', 'never'],
        description: '`undecided` where it is left out; `never`: nobody is asked.',
      },
    },
    required: ['template'],
  },
  templates: { template: 'prompts' },
  slots: ['value'],
  names: { candidates: 'text', evidence: 'text', files: 'text' },
  needs: () => ['capture'],
  example: '- { id: tests, tell_apart: primary, of: lanes, template: tell-apart }',
  label: () => 'writing tests that tell the candidates apart',
  preview: async (context) => {
    const participant = writer(context);
    if (participant === undefined || context.fields.where === 'never') return { says: [] };
    return {
      problems: cannotAsk(participant, context.id, true),
      says: [
        `have ${participant.slot.title}${askedWhere(context.run, participant.slot)} write tests that tell apart ` +
          'those that what is measured leaves equal',
      ],
    };
  },
  async run(context) {
    const { run, fields } = context;
    const participant = writer(context);
    if (participant === undefined || fields.where === 'never' || testGates(run).length === 0) return ok(undefined);
    const all = await candidates(context);
    const equal = await undecided(context, all);
    if (equal.length < 2) return ok(undefined);
    const answer = await ask(context, participant, all, equal);
    if (!answer.ok) return answer;
    return tryTests(context, participant, all, answer.value);
  },
};

const writer = ({ run, pass, value }: StepContext): Participant | undefined =>
  judgesOf(value)
    .map((id) => run.asked(id, pass))
    .find((participant) => participant !== undefined);

/** Candidates that stand equal as far as anything was measured, where their code differs; none where it is decided. */
async function undecided(context: StepContext, all: readonly Candidate[]): Promise<readonly Candidate[]> {
  if (all.length < 2 || areDisjoint(all)) return [];
  const { candidates, code, ranking } = await rankingOf(context, all);
  const equal = equalToFirst(ranked(candidates, ranking), ranking).map(({ id }) => id);
  const works = all.filter(({ id }) => equal.includes(id));
  const paths = [...new Set([...code.values()].flat())].sort();
  const differ = new Set(works.map(({ id }) => paths.map((path) => contentKey(works, path, id)).join('\n')));
  return differ.size > 1 ? works : [];
}

/** The one question: what it answers is tried once, and never asked for again. */
async function ask(
  context: StepContext,
  participant: Participant,
  all: readonly Candidate[],
  equal: readonly Candidate[],
): Promise<Result<string>> {
  const { run, pass, id: step, lookup, fields } = context;
  const ids = equal.map(({ id }) => id);
  const [order] = blindOrders(ids, `${run.session.id}/${pass}`, `${participant.slot.id}/${step}`);
  const room = budgetFor(participant, fields.tokens);
  const paths = fitting(equal, contested(equal), roomFor(participant));
  const judged = { all: equal, paths, room };
  const measured = await Promise.all(
    order.map(async (id, place) => {
      const candidate = equal.find((each) => each.id === id)!;
      return `- Candidate ${letterOf(place)}: ${await evidenceText(context, candidate, all)}`;
    }),
  );
  const own: Readonly<Record<string, string>> = {
    candidates: candidateBlocks(order, order, judged, await shownDiffs(run.store, run.baseTree, judged, order)),
    evidence: measured.join('\n'),
    files: paths.map((path) => `- ${shownPath(path)}`).join('\n'),
  };
  const prompt = render(run.recipe.prompts[String(fields.template)]!, (path) => own[path] ?? lookup(path));
  return askOnly(context, { participant, prompt, name: `${step}.${participant.slot.id}`, judging: true });
}

/** Runs what was written on every candidate and on the base, and notes what tells them apart. */
async function tryTests(
  context: StepContext,
  participant: Participant,
  all: readonly Candidate[],
  answer: string,
): Promise<Result<undefined>> {
  const { run, pass } = context;
  const written = writtenFiles(answer);
  const { files, mistakes } = usableTests(written, await refusing(run, all, written));
  for (const mistake of mistakes) run.note(`A test of ${participant.slot.title}'s is left out: ${mistake}.`);
  const tree = files.length === 0 ? null : await withTests(run, files);
  if (tree === null) {
    run.note(`${participant.slot.title} wrote no tests that tell the candidates apart.`);
    return ok(undefined);
  }
  const dir = join(await run.session.passDir(pass), TELL_APART);
  for (const { path, text } of files) {
    await makeFolder(dirname(join(dir, path)), 0o700);
    await writeAtomic(join(dir, path), text);
  }
  const author = await candidateOf(run, { id: context.id, tree });
  const before = await testsOn(context, author, { id: BASE, tree: run.baseTree });
  const cells = await Promise.all(
    all.map(async (code) => {
      const cell = await testsOn(context, author, code);
      return cell && withoutKnown(cell, (await evidenceOf(context, code.id, code.tree, all)).gates);
    }),
  );
  if (context.signal.aborted) return fail(messages.interrupted());
  const tests = distinguishing(
    cells.filter((cell) => cell !== null),
    before,
  );
  const shown = files.map(({ path }) => path);
  run.emit({ type: 'distinguishing_tests', pass, slot: participant.slot.id, files: shown, tests });
  return ok(undefined);
}

/** A run of a whole gate tells of other tests too: what failed there already is no answer of these. */
function withoutKnown(
  cell: CrossCell,
  gates: readonly { readonly failing: readonly { readonly name: string }[] }[],
): CrossCell {
  const known = new Set(gates.flatMap(({ failing }) => failing.map(({ name }) => name)));
  const failing = cell.failing.filter(({ name }) => !known.has(name));
  if (failing.length === cell.failing.length || passes(cell.state)) return cell;
  return { ...cell, failing, ...(failing.length === 0 ? { state: 'pass' as const } : {}) };
}

/** Why a path can't be a new test: only what the project takes for a test, and nobody has, is one. */
async function refusing(
  run: Run,
  all: readonly Candidate[],
  written: readonly WrittenTest[],
): Promise<(path: string) => string | null> {
  const isTest = globMatcher(run.recipe.testFiles);
  const named = written.map(({ path }) => path).filter(isSafePath);
  const there = await pathsIn(run.store, run.baseTree, named);
  return (path) => {
    if (!isSafePath(path)) return 'is no path in the project';
    if (!isTest(path)) return 'is not where this project has its tests (`test_files` in the recipe)';
    return there.has(path) || all.some(({ changes }) => changes.has(path)) ? 'is there already' : null;
  };
}

/** The base with the tests; null where they do not go together with what is there. */
async function withTests(run: Run, files: readonly WrittenTest[]): Promise<string | null> {
  const picks = await Promise.all(
    files.map(async ({ path, text }) => {
      const oid = await writeBlob(run.store, Buffer.from(text));
      return { path, tree: null, entry: { mode: FILE, oid } };
    }),
  );
  const composed = await compose(run.store, run.baseTree, picks);
  return composed.ok ? composed.value.tree : null;
}
