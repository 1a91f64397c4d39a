import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventBody } from '../../../lib/core/events.ts';
import { plainPaint } from '../../../lib/view/paint.ts';
import { signOfLife } from '../../../lib/view/plain.ts';
import { Progress } from '../../../lib/view/progress.ts';
import { progressLines } from '../../../lib/view/rows.ts';
import { widthOf } from '../../../lib/view/text.ts';
import {
  ended,
  gateEnded,
  gateStarted,
  model,
  modelEnded,
  models,
  START,
  sessionStarted,
  stamp,
  started,
} from './events.ts';

function after(...events: readonly EventBody[]) {
  const progress = new Progress();
  for (const event of events) progress.apply(stamp(event));
  return progress;
}
const draw = (events: readonly EventBody[], { columns = 80, height = 23, later = 83_000 } = {}) =>
  progressLines(after(...events), columns, height, START + later, plainPaint);

const inPass: EventBody = { type: 'phase_start', phase: 'pass', pass: 1, round: 1, rounds: 2 };
const busy = [
  sessionStarted,
  models('Claude', 'Gemini', 'GPT'),
  inPass,
  started('claude'),
  started('gemini', { attempt: 2 }),
  started('gpt', { limit_ms: null }),
];

test('a row per lane: who, with what, doing what, for how long, of how long', () => {
  assert.equal(draw(busy), [
    'execute pass 1 of 2 · pass  “add a slugify function”                       1:23',
    '● Claude claude implement        1:23/20:00',
    '● Gemini gemini implement, try 2 1:23/20:00',
    '● GPT    gpt    implement        1:23',
  ]);
});

test('what waits its turn, has only the grace left, was ended by that or is not needed says so', () => {
  const key = 'lanes';
  const enough: EventBody = {
    type: 'enough',
    pass: 1,
    key,
    passing: ['claude'],
    others: ['gemini', 'gpt'],
    grace_ms: 60_000,
  };
  const turn = {
    pass: 1,
    lane: 'claude',
    slot: 'claude',
    step: 'implement',
    attempt: 1,
    backend: 'claude',
    wait_ms: 3000,
  };
  const lanes = [sessionStarted, models('Claude', 'Gemini', 'GPT', 'Pi'), { ...inPass, rounds: 1 }];
  assert.equal(
    draw(
      [...lanes, { type: 'attempt_waits', ...turn }, started('gemini'), started('gpt', { limit_ms: null }), enough],
      {
        later: 2000,
      },
    ).slice(1),
    [
      '● Claude claude waits its turn 0:02/0:03',
      '● Gemini gemini implement      0:02/1:00',
      '● GPT    gpt    implement      0:02/1:00',
      '· Pi     pi     waiting',
    ],
  );
  assert.equal(
    draw([
      ...lanes,
      { type: 'attempt_waits', ...turn },
      started('claude'),
      started('gemini'),
      enough,
      { type: 'not_needed', pass: 1, key, lane: 'pi' },
      { type: 'superseded', pass: 1, key, lane: 'gemini', stands: false },
      ended('gemini', 'superseded'),
    ]).slice(1),
    [
      '● Claude claude implement  1:23/20:00',
      '– Gemini gemini superseded 0:00',
      '· GPT    gpt    waiting',
      '– Pi     pi     not needed',
    ],
  );
});

test('what takes longer than it usually does is said to, on a row and in a log', () => {
  const usual = { ...started('claude'), unusual_ms: 60_000 } as EventBody;
  const lines = draw([sessionStarted, models('Claude'), usual], { later: 61_000 });
  assert.is(lines.at(-1), '● Claude claude implement 1:01/20:00  unusually long');
  assert.not.match(draw([sessionStarted, models('Claude'), usual], { later: 60_000 }).join('\n'), /unusual/);
  const progress = after(sessionStarted, models('Claude'), usual);
  assert.match(signOfLife(progress, START + 61_000), /Claude implement 1:01\/20:00, unusually long$/);
});

test('gates appear as they finish, and a finished lane stays', () => {
  const lines = draw([
    ...busy,
    ended('claude'),
    modelEnded('claude'),
    { type: 'candidate', pass: 1, id: 'claude', tree: 't', files_changed: 1, side: [] },
    gateStarted('claude', 'linter'),
    gateEnded('claude', 'linter', 'pass'),
    gateStarted('claude', 'tests'),
    gateEnded('claude', 'tests', 'fail'),
    ended('gemini', 'crash'),
    modelEnded('gemini', 'it crashed: no such option'),
    gateStarted('gpt', 'linter'),
  ]);
  assert.match(lines[1]!, /^✓ Claude claude done +0:00 +✓✗ +1 file changed$/);
  assert.match(lines[2]!, /^✗ Gemini gemini failed +0:00 +it crashed: no such option$/);
  assert.match(lines[3]!, /^● GPT +gpt +linter +1:23 +…$/);
});

test('a wide terminal names the gates', () => {
  const lines = draw([...busy, gateStarted('gpt', 'type-checker'), gateEnded('gpt', 'linter', 'pass')], {
    columns: 200,
  });
  assert.match(lines[3]!, /…type-checker ✓linter/);
});

test('what runs beside the lanes has rows of its own, as long as it runs', () => {
  const asked: readonly EventBody[] = [
    ...busy,
    gateStarted('base', 'tests'),
    started('claude', { step: 'explore', lane: null }),
  ];
  const lines = draw(asked);
  assert.match(lines[4]!, /^● untouched base +tests/);
  assert.match(lines[5]!, /^● explore · Claude +claude explore/);
  assert.match(lines[1]!, /^● Claude +claude implement/, 'its lane goes on');
  const later = draw([...asked, { ...ended('claude'), step: 'explore', lane: null } as EventBody]);
  assert.is(later.length, 5);
});

test('an unavailable model has no row', () => {
  const lines = draw([
    { type: 'models', models: { a: model('Alpha'), b: model('Beta', { status: 'unavailable', backend: null }) } },
  ]);
  assert.is(lines.length, 2);
});

test('a new pass begins with fresh rows', () => {
  const progress = after(...busy, ended('claude'), modelEnded('claude'), gateStarted('base', 'tests'));
  progress.apply(stamp({ ...inPass, pass: 2, round: 2 }));
  const lines = progressLines(progress, 80, 23, START, plainPaint);
  assert.is(lines.length, 4);
  assert.match(lines[0]!, /pass 2 of 2/);
  assert.match(lines[1]!, /^· Claude +claude waiting$/);
});

test('a failed step makes its lane failed', () => {
  const step = { key: 'k', step: 'workspace', executor: 'workspace', pass: 1, lane: 'claude' } as const;
  const failure = { id: 'x', exit: 1, what: 'the folder exists', remedy: [] } as const;
  const lines = draw([
    models('Claude'),
    { type: 'step_start', label: 'makes a worktree', ...step },
    { type: 'step_end', outcome: 'failed', elapsed_ms: 1, failure, ...step },
  ]);
  assert.match(lines[1]!, /^✗ Claude claude failed +0:00 +the folder exists$/);
});

test('no line is wider than the terminal, at any width', () => {
  const progress = after(...busy, gateStarted('gpt', '型チェック'), modelEnded('claude', `${'語'.repeat(300)}\x1b[2J`));
  for (const row of progress.rows.values()) row.said = '日本語 👩‍👩‍👧‍👦 said e\u0301 '.repeat(30);
  for (let columns = 1; columns <= 220; columns++) {
    for (const line of progressLines(progress, columns, 10, START, plainPaint)) {
      assert.ok(widthOf(line) < Math.max(2, columns), `${columns}: ${line}`);
      assert.not(/[\x00-\x1f]/.test(line));
    }
  }
});

test('40 columns still tell who does what for how long', () => {
  const lines = draw([...busy, gateEnded('claude', 'linter', 'pass')], { columns: 40 });
  assert.match(lines[0]!, /^execute pass 1 of 2 · pass +1:23$/);
  assert.match(lines[1]!, /^● Claude implement 1:23\/20:00 ✓$/);
});

test('sixteen lanes on ten rows: what runs first, the others counted', () => {
  const names = Array.from({ length: 16 }, (_, i) => `Lane${i}`);
  const some = names.slice(8).map((name) => started(name.toLowerCase()));
  const lines = draw([models(...names), ...some, ended('lane15', 'crash'), modelEnded('lane15', 'it crashed')], {
    height: 9,
  });
  assert.is(lines.length, 9);
  assert.match(lines[1]!, /^● Lane8 /);
  assert.match(lines[7]!, /^● Lane14 /);
  assert.is(lines[8], '  and 9 more: 1 failed, 8 waiting');
});

test('the least height still shows the heading', () => {
  assert.is(draw(busy, { height: 1 }).length, 1);
  assert.equal(draw(busy, { height: 0 }), []);
  assert.match(draw(busy, { height: 2 })[1]!, /and 3 more/);
});

test.run();
