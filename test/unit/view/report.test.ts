// The report's parts without a browser: escaping, ratings read from a model's words, time as stretches.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Event, EventBody } from '../../../lib/core/events.ts';
import type { SessionRecord } from '../../../lib/core/session-record.ts';
import { Html, html, scriptJson } from '../../../lib/view/report/html.ts';
import { participantsOf } from '../../../lib/view/report/participants.ts';
import { ratingsOf } from '../../../lib/view/report/ratings.ts';
import { timeRows } from '../../../lib/view/report/spans.ts';
import { timeline } from '../../../lib/view/report/timeline.ts';

const model = (title: string) =>
  ({ status: 'available', title, primary: false, backend: 'x', workspace: 'clone', why: null }) as const;
const participants = participantsOf({ models: { a: model('Ada'), g: model('Grace') } } as unknown as SessionRecord);

/** Events from seconds and what happened. */
const at = (...list: readonly (readonly [number, EventBody])[]): Event[] =>
  list.map(([seconds, body], i) => ({ seq: i + 1, at: new Date(seconds * 1000).toISOString(), ...body }));

test('what is inserted is escaped, once, wherever it stands; lists are joined and null is nothing', () => {
  const evil = `<b a="1">'&\u202e`;
  const safe = '&lt;b a=&quot;1&quot;&gt;&#39;&amp;&lt;U+202E&gt;';
  assert.is(
    html`<p title="${evil}">${[evil, null, html`<i>${evil}</i>`]}</p>`.text,
    `<p title="${safe}">${safe}<i>${safe}</i></p>`,
  );
  const parsed = JSON.parse('{ "text": "<b>" }');
  assert.not(parsed instanceof Html);
  assert.is(html`${0}`.text, '0');
});

test('JSON in a script can neither end it nor begin a comment, and means the same', () => {
  const value = { '</script>': ['<!--', ']]>', '\u2028\u2029', '&amp;', '\udc80'] };
  const text = scriptJson(value);
  assert.not.match(text, /[<>&\u2028\u2029]/);
  assert.equal(JSON.parse(text), value);
});

test('ratings are the means of what judges gave, by candidate; nonsense in an answer is passed over', () => {
  const ratings = ratingsOf([
    {
      judge: 'a',
      order: ['a', 'g'],
      answer: { files: [{ path: 'x', ratings: { A: { correctness: 5, tests: 3 }, B: { correctness: 1 } } }] },
    },
    {
      judge: 'a',
      order: ['g', 'a'],
      answer: { files: [{ path: 'x', ratings: { B: { correctness: 4 }, Z: { correctness: 1 }, AA: 3 } }] },
    },
    { judge: 'a', order: ['g', 'a'], answer: [null, { files: 3 }] },
    { judge: 'a', order: ['g', 'a'], answer: { files: [null, 'x', { path: 7 }, { path: 'y', ratings: [1] }] } },
  ]);
  assert.equal(ratings.get('x'), {
    a: { mean: 4, each: 'correctness 4.5, tests 3' },
    g: { mean: 1, each: 'correctness 1' },
  });
  assert.is(ratings.has('y'), false);
});

const attempt = (n: number, lane: string | null = 'a') => ({ pass: 1, lane, slot: 'a', step: 'implement', attempt: n });
const started = { backend: 'x', limit_ms: 1, output: '', stderr: '', command: [] };
const ended = (failure: 'crash' | null) => ({
  result: { backend: 'x', exit_code: 0, signal: null, elapsed_ms: 1, failure, usage: null },
  why: null,
});

test('attempts, gates, steps and waits become stretches in the row of who was at work', () => {
  const rows = timeRows(
    at(
      [0, { type: 'attempt_start', ...attempt(1), ...started }],
      [4, { type: 'attempt_end', ...attempt(1), ...ended('crash') }],
      [5, { type: 'attempt_start', ...attempt(2), ...started }],
      [9, { type: 'attempt_end', ...attempt(2), ...ended(null) }],
      [9, { type: 'gate_start', pass: 1, subject: 'base', gate: 'tests', limit_ms: null }],
      [10, { type: 'question', text: 'Go on?' }],
      [70, { type: 'answer', text: 'Go on?', answer: true, by: 'user' }],
      [71, { type: 'question', text: 'Really?' }],
      [71, { type: 'answer', text: 'Really?', answer: true, by: 'headless' }],
      [80, { type: 'note', level: 'info', text: 'the end' }],
    ),
    participants,
  );
  assert.equal(
    rows.map(({ title }) => title),
    ['Ada', 'untouched base', 'you'],
  );
  assert.equal(
    rows[0]!.spans.map(({ label, tone, from, to }) => [label, tone, from, to]),
    [
      ['x', 'bad', 0, 4000],
      ['x, try 2', 'good', 5000, 9000],
    ],
  );
  assert.match(rows[1]!.spans[0]!.said, /tests: not finished, 1:11/);
  assert.is(rows[2]!.spans.length, 1);
});

test('two questions to one model at the same time are two stretches, drawn below one another', () => {
  const twice = at(
    [0, { type: 'attempt_start', ...attempt(1, null), ...started }],
    [1, { type: 'attempt_start', ...attempt(1, null), ...started }],
    [3, { type: 'attempt_end', ...attempt(1, null), ...ended(null) }],
    [8, { type: 'attempt_end', ...attempt(1, null), ...ended(null) }],
  );
  assert.equal(
    timeRows(twice, participants)[0]!.spans.map(({ from, to }) => [from, to]),
    [
      [0, 3000],
      [1000, 8000],
    ],
  );
  const { text } = timeline(twice, participants);
  const heights = [...text.matchAll(/class="bar" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => y);
  assert.is(new Set(heights).size, 2);
});

test('a long wait for an answer is drawn short, so that the work stays readable', () => {
  const { text } = timeline(
    at(
      [0, { type: 'attempt_start', ...attempt(1), ...started }],
      [60, { type: 'attempt_end', ...attempt(1), ...ended(null) }],
      [60, { type: 'question', text: 'Go on?' }],
      [7260, { type: 'answer', text: 'Go on?', answer: true, by: 'user' }],
    ),
    participants,
  );
  const widths = [...text.matchAll(/class="bar" x="[\d.]+" y="[\d.]+" width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  assert.ok(widths[0]! > 5 * widths[1]!, widths.join());
  assert.match(text, /<td class="number">120:00|2:00:00<\/td>/);
});

test('a run in which nothing was started has a timeline that says so', () => {
  assert.match(timeline([], participants).text, /Nothing was started/);
});

test.run();
