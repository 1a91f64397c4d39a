// What a resumed run takes for done: what finished, unless it was opened again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { earlierRun } from '../../../lib/engine/earlier-run.ts';

function doneAfter(events: readonly object[]): readonly string[] {
  const dir = mkdtempSync(join(tmpdir(), 'mm-earlier-'));
  try {
    const lines = events.map((event, seq) => JSON.stringify({ seq, at: '2026-11-29T12:00:00.000Z', ...event }));
    writeFileSync(join(dir, 'events.jsonl'), `${lines.join('\n')}\n`);
    return [...earlierRun(dir).done.keys()];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const ended = (key: string, outcome = 'ok') => ({ type: 'step_end', key, outcome, executor: 'x', pass: 1, lane: null });

test('a step that was opened again is not done, nor what ended after its first round; what ends after that is', () => {
  const before = [ended('a/1'), ended('review/1'), ended('b/1'), ended('review/2'), ended('c')];
  assert.equal(doneAfter(before), ['a/1', 'review/1', 'b/1', 'review/2', 'c']);
  assert.equal(doneAfter([...before, { type: 'reopened', key: 'review' }]), ['a/1']);
  assert.equal(doneAfter([...before, { type: 'reopened', key: 'review' }, ended('review/1')]), ['a/1', 'review/1']);
});

test('one that had decided nothing opens nothing', () => {
  const declined = [ended('a'), ended('review/1', 'failed'), { type: 'reopened', key: 'review' }];
  assert.equal(doneAfter(declined), ['a']);
});

test.run();
