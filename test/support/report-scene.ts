// A run as people have them, for the report's tests and pictures: three models, one of which needs a second try, a
// judge, a integrated result, tokens and costs. Everything in it is made up.
import type { GateResult, Pick } from '../../lib/core/candidate.ts';
import type { EventBody } from '../../lib/core/events.ts';
import type { Repo } from './repo.ts';
import { SCENE_CANDIDATES } from './report-scene-files.ts';
import { type Happened, type MadeSession, makeSession } from './report-session.ts';

const usage = (input_tokens: number, output_tokens: number, cost_usd: number | null) => ({
  input_tokens,
  output_tokens,
  cost_usd,
});

/** Makes the session of it. */
export function makeScene(repo: Repo): MadeSession {
  return makeSession(repo, {
    task: 'Limit requests per client instead of for all together, and tell clients when to come back',
    candidates: SCENE_CANDIDATES,
    events,
    files: {
      'pass-0001/prompt.md': '# Task\n\nLimit requests per client instead of for all together.\n',
      'pass-0001/prompt.compare.claude.md': '## Candidate A\n\n…\n',
      'pass-0001/outputs/claude.md': 'Each client has a token bucket now; `429` says when to come back.\n',
      'pass-0001/outputs/gemini.md': 'Done: a sliding window per client, and the README tells of it.\n',
      'pass-0001/outputs/gpt.2.md': 'I corrected the comparison and added a test.\n',
      'pass-0001/stderr/gpt.txt': 'error: exceeded retry limit, last status: 429 Too Many Requests\n',
      'pass-0001/outputs/compare.claude.md': '{ "files": [] }\n',
    },
  });
}

function events(trees: Readonly<Record<string, string>>, dir: string): readonly Happened[] {
  const list: Happened[] = [];
  const at = (seconds: number, body: EventBody) => list.push([seconds, body]);
  const model = (title: string, backend: string, primary = false) => ({
    status: 'available' as const,
    title,
    primary,
    backend,
    workspace: 'worktree' as const,
    why: null,
  });
  at(0.4, {
    type: 'models',
    models: { claude: model('Claude', 'claude', true), gemini: model('Gemini', 'gemini'), gpt: model('GPT', 'codex') },
  });
  at(0.5, { type: 'gates_found', gates: { linter: 'npm run lint', tests: 'npm test' }, from: 'package.json' });
  at(0.8, { type: 'answer', text: 'How many synthesis passes?', answer: 1, by: 'user' });
  const step = (from: number, to: number, lane: string | null, executor: string, label: string) => {
    const told = { key: `${executor}/${lane}/${from}`, step: executor, executor, pass: 1, lane };
    at(from, { type: 'step_start', ...told, label });
    at(to, { type: 'step_end', ...told, outcome: 'ok', elapsed_ms: (to - from) * 1000 });
  };
  const attempt = (
    [from, to]: readonly [number, number],
    slot: string,
    name: string,
    backend: string,
    more: { n?: number; lane?: string | null; failure?: 'rate-limit'; usage?: ReturnType<typeof usage> },
  ) => {
    const { n = 1, lane = slot, failure = null } = more;
    const file = `${lane === slot ? slot : `${name}.${slot}`}${n > 1 ? `.${n}` : ''}`;
    const who = { pass: 1, lane, slot, step: name, attempt: n };
    at(from, {
      ...{ type: 'attempt_start', ...who, backend, limit_ms: 1_200_000, command: [backend, '-p'] },
      ...{ output: `${dir}/pass-0001/outputs/${file}.md`, stderr: `${dir}/pass-0001/stderr/${file}.txt` },
    });
    const result = { backend, exit_code: failure ? 1 : 0, signal: null, elapsed_ms: (to - from) * 1000, failure };
    at(to, {
      ...{ type: 'attempt_end', ...who, result: { ...result, usage: more.usage ?? null } },
      why: failure ? 'error: exceeded retry limit, last status: 429 Too Many Requests' : null,
    });
  };
  const gate = (
    [from, to]: readonly [number, number],
    subject: string,
    name: string,
    state: GateResult['state'],
    counts: GateResult['counts'] = null,
    excerpt = '',
  ) => {
    at(from, { type: 'gate_start', pass: 1, subject, gate: name, limit_ms: null });
    at(to, {
      ...{ type: 'gate_end', pass: 1, subject, cached: false },
      result: {
        ...{ gate: name, state, tree: trees[subject] ?? 'base', exitCode: state === 'pass' ? 0 : 1, counts, excerpt },
        ...{ elapsedMs: (to - from) * 1000, output: `pass-0001/gates/${subject}/${name}.txt` },
      },
    });
  };
  const candidate = (seconds: number, id: string, files_changed: number, ignored = 0) =>
    at(seconds, {
      ...{ type: 'candidate', pass: 1, id, tree: trees[id] ?? '', files_changed },
      side: Array.from({ length: ignored }, (_, i) => ({ path: `.cache/part-${i + 1}.bin`, what: 'ignored' as const })),
    });
  for (const slot of ['claude', 'gemini', 'gpt']) step(1, 2.6, slot, 'workspace', 'creating its workspace');
  gate([3, 9], 'base', 'linter', 'pass');
  gate([9, 24], 'base', 'tests', 'pass', { passed: 14, failed: 0 });
  attempt([3, 141], 'claude', 'implement', 'claude', { usage: usage(84_210, 9_340, 0.61) });
  candidate(142, 'claude', 3);
  gate([143, 150], 'claude', 'linter', 'pass');
  gate([150, 168], 'claude', 'tests', 'pass', { passed: 17, failed: 0 });
  attempt([3, 96], 'gemini', 'implement', 'gemini', { usage: usage(61_870, 6_120, null) });
  candidate(97, 'gemini', 3, 2);
  gate([98, 104], 'gemini', 'linter', 'fail', null, 'src/server.ts:8: the header can be forged');
  gate([104, 122], 'gemini', 'tests', 'pass', { passed: 14, failed: 0 });
  attempt([3, 21], 'gpt', 'implement', 'codex', { failure: 'rate-limit' });
  attempt([31, 118], 'gpt', 'implement', 'codex', { n: 2, usage: usage(40_300, 3_510, 0.19) });
  candidate(119, 'gpt', 3);
  gate([120, 126], 'gpt', 'linter', 'pass');
  gate([126, 143], 'gpt', 'tests', 'fail', { passed: 14, failed: 1 }, 'not ok 15 - the limit is kept');
  attempt([24, 62], 'claude', 'explore', 'claude', { lane: null, usage: usage(22_000, 1_480, 0.12) });
  step(168, 196, null, 'cross_gates', "running everyone's tests on everyone's code");
  for (const [tests_of, code_of, state, failed] of [
    ['claude', 'claude', 'pass', 0],
    ['claude', 'gemini', 'fail', 2],
    ['claude', 'gpt', 'fail', 3],
    ['gpt', 'claude', 'fail', 1],
    ['gpt', 'gemini', 'fail', 1],
    ['gpt', 'gpt', 'fail', 1],
  ] as const)
    at(196, {
      type: 'cross_gate',
      pass: 1,
      tests_of,
      code_of,
      tree: trees[code_of] ?? '',
      failing: [],
      state,
      counts: { passed: 17 - failed, failed },
    });
  attempt([197, 228], 'claude', 'compare', 'claude', { lane: null, usage: usage(31_050, 1_900, 0.17) });
  const rating = (all: number) => ({ correctness: all, conventions: all, quality: all, completeness: all, tests: all });
  at(228, {
    ...{ type: 'judgement', pass: 1, judge: 'claude', order: ['gemini', 'claude', 'gpt'], mistakes: [] },
    answer: {
      files: ['src/limit.ts', 'src/server.ts', 'README.md'].map((path, i) => ({
        ...{ path, best: i < 2 ? 'B' : 'A', why: '…' },
        ratings: { A: rating(i < 2 ? 3 : 5), B: rating(i < 2 ? 5 : 2), C: rating(2) },
      })),
    },
  });
  const pick = (path: string, from: string, by: Pick['by'], confidence: number, why: string): Pick => ({
    ...{ path, from, by, confidence, why },
    action: 'write',
  });
  const files = [
    pick('README.md', 'gemini', 'judge', 0.74, 'Says what happens beyond the limit.'),
    pick(
      'src/limit.ts',
      'claude',
      'cross-gates',
      0.92,
      'The others’ versions fail its tests; a token bucket keeps bursts small.',
    ),
    pick(
      'src/server.ts',
      'claude',
      'group',
      0.88,
      'Belongs to src/limit.ts; does not trust a header that clients write.',
    ),
    pick('test/limit.test.ts', 'claude', 'group', 0.88, 'Belongs to src/limit.ts.'),
  ];
  step(229, 236, null, 'compose', 'putting the best parts together');
  gate([231, 236], 'composite', 'linter', 'pass');
  gate([236, 252], 'composite', 'tests', 'pass', { passed: 17, failed: 0 });
  attempt([252, 270], 'claude', 'integrate', 'claude', { lane: null, usage: usage(12_600, 640, 0.07) });
  candidate(270, 'integrated', 4);
  gate([271, 276], 'integrated', 'linter', 'pass');
  gate([276, 293], 'integrated', 'tests', 'pass', { passed: 17, failed: 0 });
  at(294, {
    type: 'plan',
    pass: 1,
    plan: {
      ...{ files, decided_by: 'judge', tree: trees.integrated ?? '', whole: null, undecided: [], integrated: true },
      ...{ proven: true, notes: ['The mix does better than Claude, the best whole candidate: its README tells more.'] },
    },
  });
  at(294, { type: 'pass_complete', pass: 1 });
  at(295, { type: 'question', text: 'Apply the plan?' });
  at(318, { type: 'answer', text: 'Apply the plan?', answer: 'accept', by: 'user' });
  step(318, 319, null, 'apply', 'applying the plan');
  at(319, {
    ...{ type: 'result', tree: trees.integrated ?? '', integrated: true, gates: { linter: 'pass', tests: 'pass' } },
    files: files.map(({ path, from }) => ({ path, from })),
  });
  at(320, { type: 'breach', pass: 1, who: 'gemini', what: ['the branch main was moved; it was put back'] });
  at(321, { type: 'note', level: 'info', text: 'removed the worktree ../orders-mm-gemini' });
  at(322, { type: 'session_complete', status: 'completed', exit: 0, failure: null });
  return list.sort(([a], [b]) => a - b);
}
