// What earlier sessions show: percentiles, what is read of a record, whoever wrote it, and what is made of that.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Event, EventBody } from '../../../lib/core/events.ts';
import { median, percentile } from '../../../lib/core/percentile.ts';
import { emptyRecord } from '../../../lib/core/session-record.ts';
import { type Digest, digestOf } from '../../../lib/session/digest.ts';
import { sessionFolders } from '../../../lib/session/find.ts';
import { fold } from '../../../lib/session/fold.ts';
import { forecastOf, usualOf } from '../../../lib/session/forecast.ts';
import { readHistory } from '../../../lib/session/history.ts';
import { statisticsOf } from '../../../lib/session/slot-statistics.ts';
import { sessionStarted, somePlan } from '../view/events.ts';

const usage = (tokens: number | null, cost: number | null) => ({
  input_tokens: tokens,
  output_tokens: tokens && 10,
  cost_usd: cost,
});
const attempt = (elapsed_ms: number, more: object = {}) => ({
  backend: 'codex',
  step: 'implement',
  elapsed_ms,
  failure: null,
  usage: usage(100, 0.5),
  ...more,
});
const FILES = [
  { path: 'a', from: 'gpt' },
  { path: 'b', from: 'gpt+claude' },
  { path: 'c', from: 'claude' },
];

/** A record with one pass, as session.json has it. */
const record = (pass: object = {}, more: object = {}) => ({
  schema_version: 1,
  session_id: 'x',
  command: 'execute',
  status: 'completed',
  worked_ms: 60_000,
  result: { files: FILES },
  passes: [
    {
      models: {
        gpt: { status: 'ok', attempts: [attempt(1000)], gates: { tests: 'pass', lint: 'fail', docs: 'missing' } },
      },
      asked: [{ slot: 'claude', step: 'compare', attempt: attempt(50, { backend: 'claude', usage: usage(7, null) }) }],
      plan: { files: FILES, decided_by: 'evidence' },
      ...pass,
    },
  ],
  ...more,
});
const digest = (pass?: object, more?: object): Digest => digestOf(record(pass, more))!;

test('percentiles are by the nearest rank, of nothing there is none', () => {
  assert.equal([percentile([], 95), median([])], [null, null]);
  assert.equal([percentile([7], 0), percentile([7], 95)], [7, 7]);
  assert.equal([median([3, 1, 2]), median([4, 1, 3, 2])], [2, 2]);
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(
    [0, 10, 50, 95, 100].map((each) => percentile(hundred, each)),
    [1, 10, 50, 95, 100],
  );
});

test('per slot and backend: runs, gates, files, what the user chose otherwise, time, tokens and price', () => {
  const changed = digest({
    plan: { files: [FILES[0], { path: 'd', from: 'gpt' }], decided_by: 'user' },
    proposed: FILES,
  });
  const [claude, gpt, ...more] = statisticsOf([
    digest(),
    changed,
    digest(
      { models: { gpt: { status: 'failed', attempts: [attempt(9000, { failure: 'timeout' })], gates: {} } } },
      { result: null },
    ),
  ]);
  assert.is(more.length, 0);
  assert.equal([gpt?.runs, gpt?.finished, gpt?.gatesPassed, gpt?.gatesRun], [3, 2, 2, 4]);
  assert.equal(
    [gpt?.taken, gpt?.userTook, gpt?.userDropped].map((sum) => [sum?.total, sum?.unknown]),
    [
      [4, 0], // two of each result, none of the one that was not there
      [1, 0], // d
      [1, 0], // b
    ],
  );
  assert.equal([gpt?.medianMs, gpt?.p95Ms], [1000, 1000]);
  assert.equal(
    [gpt?.tokens, gpt?.costUsd],
    [
      { total: 330, unknown: 0 },
      { total: 1.5, unknown: 0 },
    ],
  );
  // asked beside any lane: no runs, but tokens; its price is not known, and not nothing
  assert.equal([claude?.runs, claude?.calls, claude?.tokens.total], [0, 3, 51]);
  assert.equal(claude?.costUsd, { total: null, unknown: 3 });
});

test('an older record does not tell what the user chose: that is unknown, and not none', () => {
  const [, gpt] = statisticsOf([digest({ plan: { files: FILES, decided_by: 'user' } }, { worked_ms: undefined })]);
  assert.equal(gpt?.userDropped, { total: null, unknown: 1 });
  const some = statisticsOf([digest(), digest({ plan: { files: FILES, decided_by: 'user' } })])[1];
  assert.equal(some?.userDropped, { total: 0, unknown: 1 });
});

test('a forecast needs three completed runs of the recipe whose time is known, and a price only where all is known', () => {
  const of = (minutes: number, cost: number | null, more: object = {}) => ({
    ...digest(),
    workedMs: minutes * 60_000,
    costUsd: cost,
    ...more,
  });
  const two = [of(6, 1), of(14, 2)];
  assert.is(forecastOf(two, 'execute'), null);
  for (const other of [of(1, 1, { status: 'failed' }), of(1, 1, { command: 'ask' }), of(1, 1, { workedMs: null })])
    assert.is(forecastOf([...two, other], 'execute'), null);
  assert.equal(forecastOf([...two, of(9, null)], 'execute'), {
    runs: 3,
    ms: { from: 360_000, to: 840_000 },
    costUsd: null,
  });
  const twelve = Array.from({ length: 12 }, (_, i) => of(i + 1, i + 1));
  assert.equal(forecastOf(twelve, 'execute'), {
    runs: 12,
    ms: { from: 120_000, to: 660_000 },
    costUsd: { from: 2, to: 11 },
  });
  assert.is(digest().costUsd, null, 'one call of it did not tell');
});

test('a call is unusually long after the 95th percentile of five like it that ended well', () => {
  const five = [1, 2, 3, 4, 5].map((seconds) => digest({ models: { gpt: { attempts: [attempt(seconds * 1000)] } } }));
  const call = { slot: 'gpt', backend: 'codex', step: 'implement' };
  assert.is(usualOf(five.slice(1))(call), undefined);
  assert.is(usualOf(five)(call), 5000);
  assert.is(usualOf(five)({ ...call, step: 'repair' }), undefined);
  const failed = digest({ models: { gpt: { attempts: [attempt(99_000, { failure: 'timeout' })] } } });
  assert.is(usualOf([...five, failed])(call), 5000);
});

test('what is no record, torn or foreign, is counted as unreadable and stops nothing', async () => {
  for (const foreign of [
    null,
    7,
    [],
    {},
    { schema_version: 2 },
    { ...record(), passes: null },
    { ...record(), schema_version: 9 },
  ])
    assert.is(digestOf(foreign), null);
  const odd = {
    ...record(),
    passes: [null, { models: { a: null, b: { attempts: [null, {}], gates: 3 } }, asked: 'x', plan: 4 }],
  };
  assert.equal(digestOf(odd)?.runs, []);
  const folder = mkdtempSync(join(tmpdir(), 'mm-history-'));
  try {
    const put = (id: string, text: string | null) => {
      const dir = join(folder, 'sessions/execute', id);
      mkdirSync(dir, { recursive: true });
      if (text !== null) writeFileSync(join(dir, 'session.json'), text);
    };
    put('1', JSON.stringify(record()));
    put('2', '{"schema_version": 1, "sess');
    put('3', null);
    put('4', JSON.stringify({ somebody: 'else' }));
    put('5', JSON.stringify({ ...record(), status: 'in_progress' }));
    const { ended, open, unreadable } = await readHistory(sessionFolders(folder));
    assert.equal([ended.length, open, unreadable], [1, 1, 3]);
    assert.equal((await readHistory(sessionFolders(folder), 2)).unreadable, 1, 'the two newest');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const START = Date.parse('2026-01-02T03:04:05.000Z');
function folded(events: readonly (readonly [seconds: number, body: EventBody])[]) {
  const stamped = events.map(
    ([seconds, body], i): Event => ({ ...body, seq: i + 1, at: new Date(START + seconds * 1000).toISOString() }),
  );
  return stamped.reduce(fold, emptyRecord);
}
const complete = { type: 'session_complete', status: 'completed', exit: 0, failure: null } as const;
const question = { type: 'question', text: '?' } as const;
const answer = { type: 'answer', text: '?', answer: true, by: 'user' } as const;

test('time at work is without waiting for answers, and without the pause before a session is gone on with', () => {
  // what was asked before it began stands behind its beginning, with an earlier time
  const begun = [
    [10, sessionStarted],
    [2, question],
    [8, answer],
  ] as const;
  assert.equal([folded(begun).worked_ms, folded(begun).working_since], [0, '2026-01-02T03:04:15.000Z']);
  const asked = folded([...begun, [20, question], [500, answer], [505, complete]]);
  assert.equal([asked.worked_ms, asked.working_since], [15_000, null]);
  const resumed = folded([...begun, [30, complete], [9000, { type: 'session_resume', pid: 1 }], [9002, complete]]);
  assert.is(resumed.worked_ms, 22_000);
});

test('the record keeps what was proposed where the plan is what the user made of it', () => {
  const proposed = somePlan();
  const chosen = somePlan({ files: proposed.files.slice(1), decided_by: 'user', instead_of: proposed.tree });
  const pass = (...plans: (typeof chosen)[]) =>
    folded(plans.map((plan) => [0, { type: 'plan', pass: 1, plan }])).passes[0]!;
  assert.not.ok('proposed' in pass(proposed));
  const files = proposed.files.map(({ path, from }) => ({ path, from }));
  assert.equal(pass(proposed, chosen).proposed, files);
  assert.equal(pass(proposed, chosen, { ...chosen, files: [] }).proposed, files);
  assert.not.ok('proposed' in pass(proposed, chosen, proposed));
});

test.run();
