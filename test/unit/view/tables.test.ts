import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeBlock, codeCell, markdownList, markdownTable, plainCell } from '../../../lib/view/cell.ts';
import {
  brokenGateRows,
  crossGateTable,
  gateTable,
  overall,
  shownCells,
  suspectTests,
} from '../../../lib/view/gate-tables.ts';
import { renderMarkdown } from '../../../lib/view/markdown.ts';
import { plainPaint } from '../../../lib/view/paint.ts';
import { fileTable, planList } from '../../../lib/view/plan-tables.ts';
import { failureReport, modelsTable, sourcesTable, usageTable } from '../../../lib/view/tables.ts';
import { fromTitle } from '../../../lib/view/titles.ts';
import { model, somePlan } from './events.ts';

const titles = new Map([
  ['claude', 'Claude'],
  ['gemini', 'Gemini'],
  ['gpt', 'GPT'],
]);
const columns = [
  { id: 'format', title: 'Formatter', required: true },
  { id: 'tests', title: 'Tests', required: true },
  { id: 'audit', title: 'Audit', required: false },
];

test('the gate table has a column per gate and an overall word [A5]', () => {
  assert.is(
    markdownTable(
      gateTable(columns, [
        {
          head: [{ who: 'claude' }],
          failed: null,
          gates: {
            format: { state: 'pass' },
            tests: { state: 'fail', counts: { passed: 38, failed: 2 } },
            audit: { state: 'pass' },
          },
        },
        {
          head: [{ who: 'gemini' }],
          failed: null,
          gates: { format: { state: 'pass' }, tests: { state: 'already-failing' }, audit: { state: 'fail' } },
        },
        { head: [{ who: 'gpt' }], failed: 'it timed out', gates: {} },
      ]),
      titles,
    ),
    [
      '| Model | Formatter | Tests | Audit (optional) | Overall |',
      '| --- | --- | --- | --- | --- |',
      '| Claude | pass | fail (2 of 40) | pass | fail |',
      '| Gemini | pass | already failing | fail | already failing |',
      '| GPT | — | — | — | failed |',
    ].join('\n'),
  );
});

test('overall: nothing required may fail that the base passes', () => {
  assert.is(overall({ format: 'pass', tests: 'pass', audit: 'fail' }, columns), 'pass');
  assert.is(overall({ format: 'pass', tests: 'timeout' }, columns), 'fail');
  assert.is(overall({ format: 'flaky', tests: 'missing' }, columns), 'not checked');
  assert.is(overall({ tests: 'skipped' }, columns), '—');
});

test('the models table says who takes part with which backend, and why others do not [M2]', () => {
  assert.is(
    markdownTable(
      modelsTable({
        claude: model('Claude', { primary: true, workspace: 'main' }),
        gpt: model('GPT', { status: 'unavailable', backend: null, why: 'neither codex nor agent is installed' }),
      }),
      titles,
    ),
    [
      '| Model | Status | Backend | Works in |',
      '| --- | --- | --- | --- |',
      '| Claude (primary) | takes part | `claude` | your tree |',
      '| GPT | unavailable: neither codex nor agent is installed | — | — |',
    ].join('\n'),
  );
});

test('the file table names the best version, why, by which evidence and how sure [A5]', () => {
  const plan = somePlan({
    undecided: ['src/bar.ts'],
    files: [
      ...somePlan().files,
      { path: 'old.ts', from: 'claude+gpt', action: 'delete', why: '', by: 'only', confidence: 0.5 },
    ],
  });
  assert.is(
    markdownTable(fileTable(plan), titles),
    [
      '| File | Best From | Why | Evidence | Sure |',
      '| --- | --- | --- | --- | ---: |',
      '| `src/foo.ts` | Claude | Better error handling | judged best | 80 % |',
      '| `src/bar.ts` | Gemini | covers edge case X | undecided | 100 % |',
      '| `old.ts` | Claude + GPT (deletes it) |  | no other version | 50 % |',
    ].join('\n'),
  );
});

test('what was changed to make the pieces fit is said beside whose it was [A5, S1]', () => {
  const pick = { ...somePlan().files[0]!, why: '' };
  const plan = somePlan({
    files: [
      { ...pick, path: 'a', from: 'claude+integrated' },
      { ...pick, path: 'b', from: 'claude+gpt+integrated' },
      { ...pick, path: 'c', from: 'integrated' },
    ],
  });
  assert.equal(
    plan.files.map(({ from }) => fromTitle(from, titles)),
    ['Claude (made to fit)', 'Claude + GPT (made to fit)', 'the integration'],
  );
  assert.equal(planList(plan, titles).split('\n').slice(0, 3), [
    "1. Take `a` from Claude's implementation, made to fit",
    "2. Take `b` from Claude + GPT's implementation, made to fit",
    '3. Add `c`, which makes the pieces fit',
  ]);
});

test('the plan is a numbered list [A5]', () => {
  assert.is(
    planList(somePlan({ proven: false, notes: ['two | files'] }), titles),
    [
      "1. Take `src/foo.ts` from Claude's implementation",
      "2. Take `src/bar.ts` from Gemini's implementation",
      '3. Combine and verify quality gates pass',
      '',
      '- two \\| files',
    ].join('\n'),
  );
  const whole = somePlan({ whole: 'claude', files: somePlan().files.map((pick) => ({ ...pick, from: 'claude' })) });
  assert.match(
    planList(whole, titles),
    /^1\. Take all of Claude's implementation \(2 files\)\n2\. Combined and verified/,
  );
  const other = somePlan({
    files: [
      { ...somePlan().files[0]!, from: 'base' },
      { ...somePlan().files[1]!, action: 'delete' },
    ],
  });
  assert.match(
    planList(other, titles),
    /^1\. Leave `src\/foo.ts` as it was\n2\. Delete `src\/bar.ts`, as Gemini did\n/,
  );
});

test('of very many files two hundred are told, and where the others are', () => {
  const [pick] = somePlan().files;
  const plan = somePlan({ files: Array.from({ length: 10_000 }, (_, n) => ({ ...pick!, path: `made/${n}.ts` })) });
  const table = markdownTable(fileTable(plan), titles).split('\n');
  assert.is(table.length, 2 + 200 + 2);
  assert.is(table.at(-1), '… and 9800 more files: plan.json and the report have all of them.');
  const list = planList(plan, titles).split('\n');
  assert.is(list[200], '201. Likewise with 9800 more files: plan.json and the report have all of them');
  assert.is(list.length, 202);
});

test('the cross-gate matrix tells whose tests pass on whose code', () => {
  const cell = (tests_of: string, code_of: string, state: 'pass' | 'fail', tree = code_of) => ({
    tests_of,
    code_of,
    tree,
    failing: [],
    state,
    counts: null,
  });
  assert.is(
    markdownTable(crossGateTable([cell('claude', 'gpt', 'fail'), cell('gpt', 'claude', 'pass')], titles), titles),
    [
      '| Code of | Tests of Claude | Tests of GPT |',
      '| --- | --- | --- |',
      '| Claude | — | pass |',
      '| GPT | fail | — |',
    ].join('\n'),
  );
  // of all mixes that were tried only the one that is proposed is shown
  const tried = [
    cell('gpt', 'claude', 'fail'),
    cell('gpt', 'composite', 'fail', 'first'),
    cell('gpt', 'composite', 'pass', 'second'),
    cell('gpt', 'integrated', 'fail', 'third'),
  ];
  assert.equal(shownCells(tried, somePlan({ tree: 'second' })), [tried[0], tried[2]]);
  assert.equal(shownCells(tried, null), [tried[0]]);
});

test('tests that only their author’s code passes and gates that pass nowhere are told, as text [A3]', () => {
  assert.is(
    markdownList(suspectTests([{ tests_of: 'gpt', test: 'keeps | `odd` <b>names</b>' }]), titles),
    "- ``keeps \\| `odd` <b>names</b>`` of GPT is doubtful: it passes on GPT's code only, so it decides nothing.",
  );
  assert.is(markdownList(suspectTests([]), titles), '');
  assert.match(
    markdownList(brokenGateRows(['tests'], columns), titles),
    /^- Tests passes nowhere, on the untouched base neither: it may be this gate that is broken/,
  );
});

test('the summary says what came from which model [S1]', () => {
  const files = [
    { path: 'a', from: 'claude' },
    { path: 'b', from: 'gpt' },
    { path: 'c', from: 'claude' },
  ];
  assert.is(
    markdownTable(sourcesTable(files), titles),
    '| From | Files |\n| --- | --- |\n| Claude | `a`, `c` |\n| GPT | `b` |',
  );
  assert.match(
    markdownTable(sourcesTable(Array.from({ length: 12 }, (_, i) => ({ path: `f${i}`, from: 'gpt' }))), titles),
    '`f9` and 2 more',
  );
});

const attempt = {
  backend: 'codex',
  exit_code: 1,
  signal: null,
  elapsed_ms: 83_000,
  failure: 'crash',
  usage: { input_tokens: 12_345, output_tokens: 678, cost_usd: 0.5 },
} as const;

test('a failure is reported with its class, its end and why [R6, S4]', () => {
  const text = failureReport(
    [
      { slot: 'gpt', step: 'implement', attempt, why: 'unknown option' },
      { slot: 'claude', step: 'implement', attempt: { ...attempt, failure: null } },
      { slot: 'gemini', step: 'implement', attempt: { ...attempt, failure: 'timeout', signal: 'SIGKILL' } },
      { slot: 'gpt', step: 'compare', attempt, why: 'codex failed (exit code 1)' },
    ],
    titles,
  );
  assert.is(
    text,
    [
      '- **GPT**, implement with `codex`: crash after 1:23 (exit code 1) — unknown option',
      '- **Gemini**, implement with `codex`: timeout after 1:23 (ended by SIGKILL)',
      '- **GPT**, compare with `codex`: crash after 1:23 — codex failed (exit code 1)',
    ].join('\n'),
  );
  assert.is(failureReport([], titles), '');
});

test('usage is added up; what nobody told is a dash', () => {
  const text = markdownTable(
    usageTable([
      { slot: 'gpt', step: 'implement', backend: 'codex', attempt },
      { slot: 'claude', step: 'compare', backend: 'codex', attempt: { ...attempt, failure: null, usage: null } },
    ]),
    titles,
  );
  assert.equal(text.split('\n').slice(2), [
    '| GPT | implement | `codex` | crash | 1:23 | 12,345 | 678 | $0.50 |',
    '| Claude | compare | `codex` | ok | 1:23 | — | — | — |',
    '| **Total** |  |  |  | 2:46 | 12,345 | 678 | $0.50 |',
  ]);
});

test('whatever a name or text holds, it stays one cell and plain text [S3]', () => {
  const evil = 'a | b `c` **d** <script>x</script> [e](http://f)\n| g | \x1b[2J _h_ \\| # ~i~ &amp; \\';
  const cell = plainCell(evil);
  assert.not(/(?<!\\)[|`*<[]/.test(cell.replaceAll('\\\\', '')));
  assert.not.match(cell, '\n');
  const table = markdownTable(
    fileTable(
      somePlan({ files: [{ path: evil, from: evil, action: 'write', why: evil, by: 'judge', confidence: 1 }] }),
    ),
    titles,
  );
  assert.is(table.split('\n').length, 3);
  const shown = renderMarkdown(table, 2000, plainPaint).split('\n')[2]!.split(' │ ');
  assert.is(shown.length, 5);
  assert.is(shown[2]!.trim(), 'a | b `c` **d** <script>x</script> [e](http://f) | g | ␛[2J _h_ \\| # ~i~ &amp; \\');
});

test('code holds any backticks', () => {
  assert.is(codeCell('a`b'), '``a`b``');
  assert.is(codeCell('`'), '`` ` ``');
  assert.is(codeCell('a|b'), '`a\\|b`');
  assert.is(codeBlock('x\n````\ny'), '`````\nx\n````\ny\n`````');
});

test.run();
