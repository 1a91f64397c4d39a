// What a plan says is true: every reason and every note is checked against the record that it speaks of.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../../lib/core/candidate.ts';
import { crossScore, disputes } from '../../../lib/evidence/cross.ts';
import type { MeasuredCandidate } from '../../../lib/evidence/evidence.ts';
import { type Proposal, type ProposeInput, propose } from '../../../lib/evidence/propose.ts';
import { seededRandom } from '../../../lib/evidence/random.ts';
import { standing } from '../../../lib/evidence/rank.ts';
import { type RankContext, rankContext } from '../../../lib/evidence/rank-context.ts';
import { contentKey } from '../../../lib/evidence/selection.ts';
import { generated, open } from './worlds.ts';

interface Known {
  readonly input: ProposeInput;
  readonly plan: Plan;
  readonly best: string;
  readonly chosen: Proposal['chosen'];
  /** What is proposed. */
  readonly final: Proposal['evidence'];
  readonly context: RankContext;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const content = ({ input }: Known, path: string, from: string) => contentKey(input.candidates, path, from);
const candidateOf = ({ input }: Pick<Known, 'input'>, id: string) => input.measured.find((each) => each.id === id)!;
const failing = ({ evidence }: MeasuredCandidate) => evidence.gates.filter(({ state }) => state === 'fail').length;
const code = ({ input }: Known, id: string) =>
  [...input.candidates.find((work) => work.id === id)!.changes.keys()].filter((path) => !path.startsWith('test/'));
/** How many of the files that most candidates changed one changed too. */
const common = (record: Known, id: string) => {
  const all = record.input.candidates.map((work) => code(record, work.id));
  const times = (path: string) => all.filter((paths) => paths.includes(path)).length;
  return code(record, id).filter((path) => times(path) * 2 > all.length).length;
};

/** Whether all the code that a plan proposes is one candidate's; tests of others may come with it. */
const isWhole = (known: Known, id: string) =>
  known.plan.files.every(
    ({ path, from }) => path.startsWith('test/') || content(known, path, from) === content(known, path, id),
  );

/** What may be said of a version by one candidate beside that of another, and when it is true. */
type Saying = readonly [
  pattern: RegExp,
  holds: (said: readonly string[], mine: MeasuredCandidate, theirs: MeasuredCandidate, record: Known) => boolean,
];
const state = ({ evidence }: MeasuredCandidate, gate: string) => evidence.gates.find((each) => each.gate === gate);
const counted = (candidate: MeasuredCandidate, gate: string) => {
  const counts = state(candidate, gate)?.counts;
  return counts ? `${counts.failed} failed and ${counts.passed} passed` : 'no count';
};

const COMPARED: readonly Saying[] = [
  [
    /^(\d+) required gates fail, against (\d+)$/,
    ([, a, b], mine, theirs) => failing(mine) === +a! && failing(theirs) === +b! && +a! < +b!,
  ],
  [
    /^`(\w+)` is (pass|fail), against (pass|fail)$/,
    ([, gate, a, b], mine, theirs) => state(mine, gate!)?.state === a && state(theirs, gate!)?.state === b,
  ],
  [
    /^`(\w+)` gets further: (.*), against (.*)$/,
    ([, gate, a, b], mine, theirs) => counted(mine, gate!) === a && counted(theirs, gate!) === b,
  ],
  [
    /^passes (\d+ %) of the other candidates' tests, against (\d+ %)$/,
    ([, a, b], mine, theirs, { context }) => {
      const scores = [mine, theirs].map(({ id, evidence }) => crossScore(evidence.cross, context.suites, id));
      return percent(scores[0]!) === a && percent(scores[1]!) === b && scores[0]! > scores[1]!;
    },
  ],
  [
    /^fails fewer tests that only their author passes$/,
    (_, mine, theirs, { context }) =>
      disputes(mine.evidence.cross, context.suites) < disputes(theirs.evidence.cross, context.suites),
  ],
  [
    /^changes more of the files that most candidates change$/,
    (_, mine, theirs, record) => common(record, mine.id) > common(record, theirs.id),
  ],
  [
    /^shares (\d+ %) of the words that it adds with the others, against (\d+ %), in (\d+) changed lines, against (\d+)$/,
    ([, a, b, more, less], mine, theirs, { input }) =>
      percent(input.ties!.likeness.get(mine.id)!) === a &&
      percent(input.ties!.likeness.get(theirs.id)!) === b &&
      mine.evidence.size === +more! &&
      theirs.evidence.size === +less!,
  ],
  [
    /^nothing tells them apart, and its work did better in earlier runs here$/,
    (_, mine, theirs, { input }) => input.ties!.trust.get(mine.id)! > (input.ties!.trust.get(theirs.id) ?? 0),
  ],
  [
    /^nothing tells them apart, and it is the primary’s$/,
    (_, mine, _theirs, { input }) => input.ties!.primary === mine.id,
  ],
  [/^nothing tells the candidates apart$/, (_, mine, theirs) => failing(mine) === failing(theirs)],
];

/** A version of a path that a plan takes, and what is known. */
interface Taken extends Known {
  readonly path: string;
  readonly from: string;
}
type Rule<T> = readonly [pattern: RegExp, holds: (said: readonly string[], known: T) => boolean];

const changedBy = ({ input, path }: Taken) =>
  input.candidates.filter(({ changes }) => changes.has(path)).map(({ id }) => id);
const isAlso = (taken: Taken, other: string) =>
  content(taken, taken.path, other) === content(taken, taken.path, taken.from);
const listed = (text: string) => text.split(', ');

const REASONS: readonly Rule<Taken>[] = [
  [/^chosen by you$/, (_, taken) => isAlso(taken, taken.input.fixed?.get(taken.path) ?? 'nobody')],
  [
    /^all candidates have the same version$/,
    (_, taken) => taken.input.candidates.every(({ id }) => isAlso(taken, changedBy(taken).includes(id) ? id : 'base')),
  ],
  [
    /^all who changed it have the same version$/,
    (_, taken) => changedBy(taken).length > 1 && changedBy(taken).every((id) => isAlso(taken, id)),
  ],
  [/^only (\w+) changed it$/, ([, id], taken) => changedBy(taken).join() === id && taken.from === id],
  [/^part of (\w+), the best whole candidate$/, ([, id], taken) => id === taken.best && isAlso(taken, id)],
  [
    /^belongs with (.*?)(?: and \d+ more)?; (.*)$/,
    ([, names, rest], taken) => {
      const group = taken.input.grouping.groups.find(({ paths }) => paths.includes(taken.path))!.paths;
      const others = group.filter((path) => path !== taken.path);
      return (
        listed(names!).every((name) => others.includes(name)) &&
        group.some((path) => reasonHolds(rest!, { ...taken, path }))
      );
    },
  ],
  [
    /^preferred by the judges(?:, and passes on the code of (\w+))?$/,
    ([, id], taken) => {
      const { ranking, decided } = taken.input.votes.get(taken.path) ?? { ranking: [], decided: false };
      const versions = ['base', ...changedBy(taken)].filter((other) => !isAlso(taken, other));
      const tier = (is: (other: string) => boolean) => ranking.findIndex((ids) => ids.some(is));
      const mine = tier((other) => isAlso(taken, other));
      const behind = versions.some((other) => {
        const theirs = tier((each) => content(taken, taken.path, each) === content(taken, taken.path, other));
        return theirs < 0 || theirs > mine;
      });
      return decided && mine >= 0 && behind && (id === undefined || passesOn(taken, id));
    },
  ],
  [
    /^preferred by the judges on the whole$/,
    (_, taken) =>
      [...taken.input.votes].some(
        ([path, { decided, ranking }]) =>
          decided && ranking.flat().some((id) => content(taken, path, id) === content(taken, path, taken.from)),
      ),
  ],
  [
    /^failing tests point at the version of (\w+)( even more)?$/,
    ([, id], taken) => {
      const { evidence } = candidateOf(taken, id!);
      const fails = [...evidence.gates, ...evidence.cross].some((each) => each.state !== 'pass');
      return fails && !isAlso(taken, id!);
    },
  ],
  [
    /^needed by (.*)$/,
    ([, by], { input, path }) => input.candidates.some(({ id }) => input.grouping.needs(id, by!).includes(path)),
  ],
  [
    /^comes from one hand with (.*)$/,
    ([, names], { input, path }) =>
      input.grouping.together.some((unit) => [path, ...listed(names!)].every((each) => unit.includes(each))),
  ],
  [
    /^changed in different places by (.*), merged without conflict$/,
    ([, ids], taken) =>
      ids!.split(' and ').join('+') === taken.from &&
      taken.from.split('+').every((id) => changedBy(taken).includes(id)),
  ],
  [/^tests of (\w+) that pass on the chosen code$/, ([, id], taken) => taken.from === id && passesOn(taken)],
  [/^part of (\w+), whose code is taken whole$/, ([, id], taken) => isWhole(taken, id!)],
  [
    /^tried in place of (?:the version of (.+)|the original), which did not hold$/,
    ([, ids], taken) => !isAlso(taken, ids?.replaceAll(' and ', '+') ?? 'base') && !isAlso(taken, taken.best),
  ],
  [/^proven so: (.*)$/, ([, why], { plan }) => plan.notes.some((note) => note.includes(why!))],
];

/** Whether a test passes on someone's code, or on what the plan proposes: no failure of its author's tests there names it. */
function passesOn({ from, path, ...known }: Taken, id?: string): boolean {
  const { cross } = id === undefined ? known.final : candidateOf(known, id).evidence;
  const cell = cross.find(({ testsOf }) => testsOf === from)!;
  return cell.failing.every(({ mentions }) => mentions.length > 0 && !mentions.includes(path));
}

function reasonHolds(why: string, taken: Taken): boolean {
  const rule = REASONS.find(([pattern]) => pattern.test(why));
  if (rule) return rule[1](rule[0].exec(why)!, taken);
  const saying = COMPARED.find(([pattern]) => pattern.test(why));
  if (!saying) throw new Error(`no test knows: ${why}`);
  const mine = candidateOf(taken, taken.from);
  return taken.input.measured.some((theirs) => theirs !== mine && saying[1](saying[0].exec(why)!, mine, theirs, taken));
}

const tests = (names: string, { plan }: Known) =>
  listed(names).map((each) =>
    plan.files.some(({ path, from, by }) => `${path} (${from})` === each && by === 'cross-gates'),
  );
const against = (known: Known) =>
  standing(known.chosen!.evidence, candidateOf(known, known.best).evidence, known.context);

const NOTES: readonly Rule<Known>[] = [
  [
    /^What is proposed does worse than (\w+), the best whole candidate: (.*)\.$/,
    ([, id, said], known) => {
      const { notWorse, why } = standing(known.final, candidateOf(known, known.best).evidence, known.context);
      return id === known.best && known.plan.whole === null && !notWorse && why === said;
    },
  ],
  [
    /^The mix does (better than|as well as|worse than) (\w+), the best whole candidate(?:: (.*))?\.$/,
    ([, how, id, said], known) => {
      const { notWorse, better, why } = against(known);
      const is = !notWorse ? 'worse than' : better ? 'better than' : 'as well as';
      return known.chosen!.whole === null && is === how && id === known.best && (said ?? '') === why;
    },
  ],
  [
    /^What was chosen first did not hold when it was tried, so pieces were exchanged until it did (better than|as well as) (\w+)(?:: (.*))?\.$/,
    ([, how, id, said], { best, plan, chosen }) =>
      id === best && plan.whole === null && (how === 'better than') === (said !== undefined) && !chosen?.accepted,
  ],
  [
    /^Pieces of what was chosen first were exchanged: so it does (better than|as well as) (\w+)(?:: (.*))?\.$/,
    ([, how, id, said], { best, plan, chosen }) =>
      id === best && plan.whole === null && (how === 'better than') === (said !== undefined) && chosen!.accepted,
  ],
  [
    /^The best version of each file put together does (worse|no better) than (\w+) alone(?: \((.*)\))?, so (\w+) is taken whole\.$/,
    ([, how, id, said, taken], known) => {
      const { notWorse, why } = against(known);
      return (
        (how === 'worse') === !notWorse &&
        id === known.best &&
        isWhole(known, taken!) &&
        (said ?? '') === (notWorse ? '' : why)
      );
    },
  ],
  [
    /^The best version of each file can't be put together, so (\w+) is taken whole\.$/,
    ([, id], known) => known.chosen === null && isWhole(known, id!),
  ],
  [
    /^The candidates changed different files, so each may have done a part of the task\.$/,
    (_, known) =>
      known.plan.files.every(
        ({ path }) =>
          new Set(
            known.input.candidates.filter(({ changes }) => changes.has(path)).map(({ id }) => content(known, path, id)),
          ).size === 1,
      ),
  ],
  [
    /^(\S+) combines the changes of (.*)\.$/,
    ([, path, ids], { plan }) =>
      plan.files.some((pick) => pick.path === path && pick.from === ids!.split(' and ').join('+')),
  ],
  [
    /^Tests of others come with it, since they pass on the chosen code: (.*)\.$/,
    ([, names], known) => tests(names!, known).every((is) => is),
  ],
  [
    /^Tests that pass on the chosen code do not hold together with it: (.*)\.$/,
    ([, names], known) => tests(names!, known).every((is) => !is),
  ],
  [
    /^Tests of (\w+) that are not in the result: (.*)\.$/,
    ([, id, all], { plan, input, final }) =>
      all!.split('), ').every((each) => {
        const [path, why] = each.replace(/\)$/, '').split(' (');
        const from = plan.files.find((pick) => pick.path === path)?.from ?? 'base';
        const cell = final.cross.find(({ testsOf }) => testsOf === id);
        const changed = input.candidates.find((work) => work.id === id)!.changes.has(path!);
        if (from !== 'base') return changed && why === `that of ${from.replaceAll('+', ' and ')} was chosen`;
        if (why === 'it fails on the chosen code') return cell!.state === 'fail';
        return why === 'it was not run on the chosen code' ? cell === undefined : from !== id && changed;
      }),
  ],
  [
    /^Whole candidates are not mixed \(grain: candidate\), so tests that pass on the chosen code stay out: (.*)\.$/,
    ([, names], known) => known.input.grain === 'candidate' && tests(names!, known).every((is) => !is),
  ],
];

function noteHolds(note: string, known: Known): boolean {
  const rule = NOTES.find(([pattern]) => pattern.test(note));
  if (!rule) throw new Error(`no test knows: ${note}`);
  return rule[1](rule[0].exec(note)!, known);
}

test('every reason and every note of a plan is true of the record that it speaks of (500 generated cases) [A4]', async () => {
  const seed = process.env.MM_SEED ?? `whys ${Date.now()}`;
  console.log(`seed ${seed} (MM_SEED)`);
  const random = seededRandom(seed);
  const seen = new Map<string, number>();
  for (let round = 0; round < 500; round++) {
    const { world, more } = generated(random);
    const ids = Object.keys(world.files);
    const some = () => new Map(ids.filter(() => random() < 0.7).map((id) => [id, Math.round(random() * 4) / 4]));
    const likeness =
      ids.length < 3 || random() < 0.3 ? new Map() : new Map(ids.map((id) => [id, Math.round(random() * 4) / 4]));
    const ties = { likeness, trust: random() < 0.5 ? new Map() : some(), primary: random() < 0.5 ? null : ids[0]! };
    const path = Object.keys(world.files[ids[0]!]!)[0];
    const fixed = path !== undefined && random() < 0.2 ? { fixed: new Map([[path, ids[0]!]]) } : {};
    const { input } = open(world, { ...more, ties, ...fixed });
    const { plan, best, chosen, evidence: final } = await propose(input);
    const changed = new Map(
      input.candidates.map((work) => [work.id, [...work.changes.keys()].filter((each) => !each.startsWith('test/'))]),
    );
    const context = rankContext(input.base, input.measured, changed, ties);
    const record: Known = { input, plan, best, chosen, final, context };
    const at = (what: unknown) => `seed ${seed} round ${round}: ${JSON.stringify(what)}`;
    for (const pick of plan.files.filter(({ from }) => from !== 'base')) {
      assert.ok(reasonHolds(pick.why, { ...record, path: pick.path, from: pick.from }), at(pick));
      const kind = pick.why.replace(/\b[a-d]\b|\d+|\S*\.\w+/g, '…').slice(0, 40);
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    for (const note of plan.notes) assert.ok(noteHolds(note, record), at({ note, chosen }));
  }
  console.log(
    [...seen]
      .sort()
      .map(([kind, times]) => `${times} ${kind}`)
      .join('\n'),
  );
  assert.ok(seen.size >= 12);
});

test.run();
