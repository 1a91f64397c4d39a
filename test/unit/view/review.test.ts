import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Pick, Plan } from '../../../lib/core/candidate.ts';
import { fail, ok } from '../../../lib/core/failure.ts';
import { candidateMessages } from '../../../lib/core/messages/candidate-messages.ts';
import type { CancelledBy, Prompter } from '../../../lib/core/question.ts';
import { changedPicks, choose, takeWhole } from '../../../lib/view/picks.ts';
import type { ReviewPort, Version } from '../../../lib/view/review-port.ts';
import { review } from '../../../lib/view/terminal-review.ts';
import { somePlan } from './events.ts';

const candidates = [
  { id: 'claude', title: 'Claude', files: { 'src/foo.ts': 'write', 'src/bar.ts': 'write' } },
  { id: 'gemini', title: 'Gemini', files: { 'src/bar.ts': 'delete', 'src/new.ts': 'write' } },
] as const;

type Answer = string | RegExp | boolean | { readonly by: CancelledBy };

/** Answers in their order: a label (or part of it) to choose, a yes or no, a text, or a cancelled question. */
function rig(answers: readonly Answer[], more: Partial<ReviewPort> = {}) {
  const asked: string[] = [];
  const shown: string[] = [];
  const done: string[] = [];
  const left = [...answers];
  const next = (message: string): Answer => {
    asked.push(message);
    if (left.length === 0) throw new Error(`nothing left to answer: ${message}`);
    return left.shift()!;
  };
  const cancelled = (answer: Answer) =>
    typeof answer === 'object' && 'by' in answer ? ({ cancelled: true, by: answer.by } as const) : null;
  const prompter: Prompter = {
    available: true,
    async select({ message, choices }) {
      const answer = next(message);
      const given = cancelled(answer);
      if (given) return given;
      const found = choices.find(({ label }) =>
        answer instanceof RegExp ? answer.test(label) : label.includes(String(answer)),
      );
      if (!found) throw new Error(`no choice ${answer} among ${choices.map(({ label }) => label).join('; ')}`);
      return { answered: found.value };
    },
    async confirm({ message }) {
      const answer = next(message);
      return cancelled(answer) ?? { answered: answer === true };
    },
    async text({ message }) {
      const answer = next(message);
      return cancelled(answer) ?? { answered: String(answer) };
    },
    close() {},
  };
  const port: ReviewPort = {
    prompter,
    together: [],
    show: (markdown) => shown.push(markdown),
    version: async (path, id) => ({ text: `${path} of ${id}\n` }),
    openReport: async () => void done.push('report'),
    regate: async (picks) => {
      done.push('regate');
      return ok({ plan: { ...somePlan(), files: picks, decided_by: 'user' } as Plan, said: 'gates: pass' });
    },
    complain: ({ what }) => void done.push(what),
    tools: [],
    hunks: async () => ({ why: 'it is new' }),
    chosen: () => {},
    size: () => ({ columns: 80, rows: 24 }),
    ...more,
  };
  return { port, asked, shown, done };
}

test('accepts the plan as it was proposed [A6]', async () => {
  const { port, asked } = rig(['Accept']);
  const plan = somePlan();
  assert.equal(await review(plan, candidates, port), { decision: 'accept', plan, changed: [] });
  assert.is(asked[0], 'Apply this plan? 2 files from Claude, Gemini; all required gates pass on it.');
});

test('declines, and asks for another pass', async () => {
  assert.is((await review(somePlan(), candidates, rig(['Decline']).port)).decision, 'decline');
  assert.is((await review(somePlan(), candidates, rig(['another pass']).port)).decision, 'another-pass');
});

test('changes the choice for a file; what was changed is gated before it is accepted', async () => {
  const { port, done, shown } = rig([/^Look/, 'src/bar.ts', "Claude's", 'Accept']);
  const { decision, changed } = await review(somePlan(), candidates, port);
  assert.is(decision, 'accept');
  assert.equal(changed, [
    { path: 'src/bar.ts', from: 'claude', action: 'write', why: 'chosen by you', by: 'user', confidence: 1 },
  ]);
  assert.equal(done, ['regate']);
  assert.match(shown[0]!, '| `src/bar.ts` | Claude | chosen by you | your choice | 100 % |');
  assert.is(shown[1], 'gates: pass');
});

test('a change that fails its gates is not accepted without a yes of its own', async () => {
  const failing = (answers: readonly Answer[]) =>
    rig(answers, {
      regate: async (picks) => ok({ plan: somePlan({ files: picks, proven: false }), said: 'gates: fail' }),
    });
  const no = failing(['Drop', 'src/foo.ts', 'Accept', 'Accept', false, 'Decline']);
  assert.is((await review(somePlan(), candidates, no.port)).decision, 'decline');
  assert.match(no.asked[3]!, 'NOT all required gates pass');
  const yes = failing(['Drop', 'src/foo.ts', 'Accept', 'Accept', true]);
  const { decision, changed } = await review(somePlan(), candidates, yes.port);
  assert.is(decision, 'accept');
  assert.equal(
    changed.map(({ path, from }) => [path, from]),
    [['src/foo.ts', 'base']],
  );
});

/** A tool of the user's that writes down what it was given. */
const tool = (label: string, opened: string[]) => ({
  label,
  open: async (path: string, versions: readonly Version[]) =>
    void opened.push(`${label} ${path}: ${versions.map((each) => `${each.title}=${each.text?.trim()}`).join(', ')}`),
});

test('looks at the versions in what there is for that, then chooses', async () => {
  const opened: string[] = [];
  const { port } = rig([/^Look/, 'src/bar.ts', 'vimdiff', 'nano', 'Leave it', 'Accept'], {
    tools: [tool('vimdiff', opened), tool('nano', opened)],
  });
  const { changed } = await review(somePlan(), candidates, port);
  const versions = 'as it was=src/bar.ts of base, Claude=src/bar.ts of claude, Gemini=src/bar.ts of gemini';
  assert.equal(opened, [`vimdiff src/bar.ts: ${versions}`, `nano src/bar.ts: ${versions}`]);
  assert.is(changed[0]!.from, 'base');
});

test('a version that only the plan has is shown, and can be taken back after another was chosen', async () => {
  const made = { path: 'src/bar.ts', from: 'gemini+integrated', action: 'write', why: 'made to fit' } as const;
  const plan = somePlan({ files: [somePlan().files[0]!, { ...made, by: 'gates', confidence: 0.7 }] });
  const opened: string[] = [];
  const { port, done, shown } = rig(
    [
      ...[/^Look/, 'src/bar.ts', 'vimdiff', "Claude's"],
      ...[/^Look/, 'src/bar.ts', /^Take the plan's: Gemini \(made to fit\)$/, 'Accept'],
    ],
    { tools: [tool('vimdiff', opened)] },
  );
  const result = await review(plan, candidates, port);
  assert.match(opened[0]!, 'the plan=src/bar.ts of plan');
  assert.match(shown[0]!, '| `src/bar.ts` | Claude | chosen by you');
  assert.equal([result.decision, result.plan, result.changed, done], ['accept', plan, [], []]);
});

test('who takes one of two files that come from one hand takes both, and is told', async () => {
  const together = [['src/bar.ts', 'src/foo.ts']];
  const both = [
    { id: 'claude', title: 'Claude', files: { 'src/foo.ts': 'write', 'src/bar.ts': 'write' } },
    { id: 'gpt', title: 'GPT', files: { 'src/bar.ts': 'write' } },
  ] as const;
  const files = somePlan().files.map((pick) => ({ ...pick, from: 'claude', action: 'write' as const }));
  const { port, shown } = rig([/^Look/, 'src/bar.ts', "GPT's", 'Accept'], { together });
  const { changed } = await review(somePlan({ files }), both, port);
  const wanted = ({ path }: { path: string }) => path === 'src/bar.ts' || path === 'src/foo.ts';
  assert.equal(
    changed.filter(wanted).map(({ path, from }) => [path, from]),
    [
      ['src/foo.ts', 'base'],
      ['src/bar.ts', 'gpt'],
    ],
  );
  assert.match(shown[0]!, 'src/bar.ts belongs together with src/foo.ts');
  const dropped = rig(['Drop', 'src/foo.ts', 'Accept'], { together });
  const after = await review(somePlan({ files }), both, dropped.port);
  assert.equal(
    after.changed.filter(wanted).map(({ from }) => from),
    ['base', 'base'],
  );
});

test('a file that the plan leaves as it was can be taken all the same', async () => {
  const { port, done } = rig([/^Look/, 'src/new.ts', "Gemini's", 'Accept']);
  const { plan, changed } = await review(somePlan(), candidates, port);
  assert.equal(
    changed.map(({ path, from }) => [path, from]),
    [['src/new.ts', 'gemini']],
  );
  assert.is(plan.files.length, 3);
  assert.equal(done, ['regate']);
});

test('choices that do not go together are told, and the review goes on', async () => {
  const clash = candidateMessages['compose-clash']({ path: 'a', other: 'a/b' });
  const { port, done } = rig(['Drop', 'src/foo.ts', 'Accept', 'Decline'], { regate: async () => fail(clash) });
  assert.is((await review(somePlan(), candidates, port)).decision, 'decline');
  assert.equal(done, [clash.what]);
});

test('choosing what is chosen already changes nothing and gates nothing', async () => {
  const { port, done } = rig([/^Look/, 'src/foo.ts', "Claude's", 'Accept']);
  const { changed } = await review(somePlan(), candidates, port);
  assert.equal([changed, done], [[], []]);
});

test('takes one candidate whole: exactly its files', async () => {
  const { port } = rig(['whole', 'Gemini', 'Accept']);
  const { plan } = await review(somePlan(), candidates, port);
  assert.equal(
    plan.files.map(({ path, from, action }) => [path, from, action]),
    [
      ['src/bar.ts', 'gemini', 'write'],
      ['src/foo.ts', 'base', 'write'],
      ['src/new.ts', 'gemini', 'write'],
    ],
  );
});

test('opens the report and asks again', async () => {
  const { port, done } = rig(['report', 'Decline']);
  await review(somePlan(), candidates, port);
  assert.equal(done, ['report']);
});

test('Esc goes back, and at the top asks whether to decline', async () => {
  const { port, asked } = rig([/^Look/, { by: 'escape' }, { by: 'escape' }, false, { by: 'escape' }, true]);
  assert.is((await review(somePlan(), candidates, port)).decision, 'decline');
  assert.is(asked.filter((each) => each.startsWith('Decline')).length, 2);
});

test('Ctrl-C interrupts from every question; a terminal that is gone declines', async () => {
  const c = { by: 'interrupt' } as const;
  for (const answers of [
    [c],
    [/^Look/, c],
    [/^Look/, 'src/foo.ts', c],
    ['Drop', c],
    ['whole', c],
    [{ by: 'escape' }, c],
    [{ by: 'closed' }],
  ] as Answer[][]) {
    assert.is((await review(somePlan(), candidates, rig(answers).port)).decision, 'interrupt');
  }
  assert.is((await review(somePlan({ proven: false }), candidates, rig(['Accept', c]).port)).decision, 'interrupt');
  assert.is((await review(somePlan(), candidates, rig([{ by: 'end' }]).port)).decision, 'decline');
});

test('among many files one is found by part of its path', async () => {
  const files = Array.from({ length: 40 }, (_, i) => ({ ...somePlan().files[0]!, path: `src/file${i}.ts` }));
  const { port } = rig(['Drop', 'FILE17', 'src/file17.ts', 'Accept']);
  const { changed } = await review(somePlan({ files }), candidates, port);
  assert.equal(
    changed.map(({ path }) => path),
    ['src/file17.ts'],
  );
});

test('a choice that deletes, deletes; what is chosen already keeps its reason', () => {
  const files = choose(somePlan().files, 'src/bar.ts', 'claude', candidates);
  assert.is(choose(files, 'src/bar.ts', 'gemini', candidates)[1]!.action, 'delete');
  assert.equal(choose(somePlan().files, 'src/bar.ts', 'gemini', candidates), somePlan().files);
  assert.equal(
    changedPicks(somePlan().files, takeWhole(somePlan().files, candidates[0])).map(({ path }) => path),
    ['src/bar.ts'],
  );
});

test('a file opens into its hunks; each choice is kept at once, and what comes of them is gated', async () => {
  const shown = [
    { by: [], text: 'old\n' },
    { by: ['claude', 'gemini'], text: 'new\n' },
  ];
  const hunk = { count: 1, versions: shown, before: 'above\n', after: '' };
  const kept: (readonly Pick[] | null)[] = [];
  const opened: string[] = [];
  const {
    port,
    asked,
    shown: said,
    done,
  } = rig(
    [/^Look/, 'src/bar.ts', 'hunk by hunk (2)', '1  line 4: as it was', 'meld', "Claude's (Gemini: the same)"].concat([
      '2  line 9',
      'Leave it',
      'Done',
      'Accept',
    ]),
    {
      tools: [tool('meld', opened)],
      hunks: async (path) => ({
        hunks: [
          { ...hunk, line: 4 },
          { ...hunk, line: 9 },
        ],
        taken: [0, 1],
        take: async (taken) => ({ ...picked(path), entry: { mode: '100644', oid: taken.join('') } }),
      }),
      chosen: (files) => void kept.push(files),
    },
  );
  const { decision, changed } = await review(somePlan(), candidates, port);
  assert.is(decision, 'accept');
  assert.equal(opened, ['meld src/bar.ts: as it was=above\nold, Claude, Gemini=above\nnew']);
  assert.match(said[0]!, /hunk 1 of 2, line 4\n\n```\n {2}above\n- old\nClaude, Gemini:\n\+ new\n```/);
  assert.equal(
    kept.map((files) => files?.find(({ path }) => path === 'src/bar.ts')?.entry?.oid),
    ['11', '10', '10'],
  );
  assert.equal([done, changed.map(({ entry }) => entry?.oid)], [['regate'], ['10']]);
  assert.is(asked.filter((message) => message.startsWith('src/bar.ts: 2 hunks')).length, 3);
});

const picked = (path: string): Pick => ({
  ...{ path, from: 'claude+base', action: 'write', why: 'chosen by you: hunk 1 of Claude', by: 'user', confidence: 1 },
});

test('a file that has no hunks to choose among says why; the review goes on', async () => {
  const { port, shown } = rig([/^Look/, 'src/bar.ts', 'hunk by hunk', { by: 'escape' }, 'Accept']);
  assert.is((await review(somePlan(), candidates, port)).decision, 'accept');
  assert.equal(shown, ['src/bar.ts is taken or left as a whole: it is new.']);
});

test.run();
