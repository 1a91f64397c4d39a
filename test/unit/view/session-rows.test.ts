import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type SessionRow, sessionRows } from '../../../lib/view/session-rows.ts';
import { widthOf } from '../../../lib/view/text.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const row = (id: string, prompt_summary: string): SessionRow => ({
  id,
  record: {
    status: 'completed',
    created_at: '2026-11-22T11:00:00.000Z',
    prompt_summary,
    repository: '/work/a/rather/long/way/to/the/project',
    models: { claude: { status: 'available' }, gpt: { status: 'unavailable' } },
  },
  bytes: 1_500_000,
});
const rows = [row('20261122-110000Z-4242-ab12', 'Limit requests per client 日本語'), row('20261122-1', 'x')];

test('on a terminal there is a heading, and no line is wider', () => {
  for (const columns of [60, 80, 120, 200])
    for (const withRepository of [false, true]) {
      const lines = sessionRows(rows, { now: NOW, columns, withRepository });
      assert.match(lines[0]!, /^session +status +age +size/);
      assert.is(lines[0]!.includes('models'), columns >= 100);
      for (const line of lines) assert.ok(widthOf(line) <= columns, line);
    }
  const [, first] = sessionRows(rows, { now: NOW, columns: 80, withRepository: false });
  assert.match(first!, /^20261122-110000Z-4242-ab12 {2}completed {2}1 h {2}1.4 MiB {2}/);
  assert.match(first!, /Limit requests p/);
});

test('for a script there is none, and nothing is cut', () => {
  assert.equal(sessionRows(rows, { now: NOW, columns: null, withRepository: true }), [
    '20261122-110000Z-4242-ab12  completed  1 h  1.4 MiB  claude  /work/a/rather/long/way/to/the/project  Limit requests per client 日本語',
    '20261122-1                  completed  1 h  1.4 MiB  claude  /work/a/rather/long/way/to/the/project  x',
  ]);
  assert.equal(sessionRows([], { now: NOW, columns: null, withRepository: true }), ['There are no sessions yet.']);
});

test.run();
