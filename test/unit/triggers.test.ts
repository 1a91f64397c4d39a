// Trigger words on the task's first and last line.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Trigger } from '../../lib/core/recipe.ts';
import { readTriggers } from '../../lib/recipe/triggers.ts';

const trigger = (match: string, value: Trigger['value'], max: number | null = null): Trigger => ({ match, value, max });
const triggers = {
  passes: [trigger('\\bmultipass\\b', 2), trigger('\\bx([2-9]|[1-9]\\d+)\\b', '$1', 5)],
  timeout: [trigger('\\btimeout:(none|\\d+)(?!\\S)', '$1')],
};
const read = (task: string) => readTriggers(task, triggers);

test('only the first and the last line are scanned, and the body stays byte for byte [T1]', () => {
  const body = 'body  x4 \r\n\ttimeout:5  multipass\n\n  …\u0000\n';
  const reading = read(`Add  slugify MultiPass please\n${body}thanks timeout:300`);
  assert.equal(reading.values, { passes: 2, timeout: 300 });
  assert.is(reading.task, `Add  slugify please\n${body}thanks`);
});

test('a trigger is stripped with the spaces around it [T1]', () => {
  assert.is(read('x3 do this').task, 'do this');
  assert.is(read('do this x3').task, 'do this');
  assert.is(read('do  x3  this').task, 'do this');
  assert.is(read('do this\r\nx3\r\n').task, 'do this\r\n');
  assert.is(read('do this X3 timeout:none').task, 'do this');
  assert.is(read('no triggers  here ').task, 'no triggers  here ');
});

test('blank lines around the task do not hide its first and last line [T1]', () => {
  const reading = read('\n\n  x2\nthe task\ntimeout:60\n\n');
  assert.equal(reading.values, { passes: 2, timeout: 60 });
  assert.is(reading.task, '\n\nthe task\n\n');
});

test('multipass means 2, x2 to x5 as many, more than that is capped with a note [T2]', () => {
  for (const [word, passes] of [
    ['multipass', 2],
    ['MULTIPASS', 2],
    ['x2', 2],
    ['x5', 5],
    ['X4', 4],
  ] as const) {
    assert.equal(read(`do it ${word}`).values, { passes }, word);
    assert.equal(read(`do it ${word}`).notes, []);
  }
  for (const word of ['x6', 'x10', 'x999']) {
    assert.equal(read(`do it ${word}`).values, { passes: 5 }, word);
    assert.match(read(`do it ${word}`).notes[0]!, new RegExp(`"${word}".*5`));
  }
  for (const word of ['x1', 'x0', 'ax3', 'x3y', 'x', 'multipasses'])
    assert.equal(read(`do it ${word}`).values, {}, word);
});

test('timeouts in seconds, or none [T3]', () => {
  assert.equal(read('do it timeout:300').values, { timeout: 300 });
  assert.equal(read('timeout:NONE do it').values, { timeout: 'none' });
  assert.equal(read('do it timeout:5m').values, {});
  assert.is(read('do it timeout:5m').task, 'do it timeout:5m');
});

test('words elsewhere are told, and do not count by themselves [T4]', () => {
  const reading = read('first\nmake it x3 as large\nand timeout:20 here, x7 there\nlast');
  assert.equal(reading.values, {});
  assert.equal(reading.elsewhere, [
    { name: 'passes', word: 'x3', line: 2, value: 3 },
    { name: 'passes', word: 'x7', line: 3, value: 5 },
    { name: 'timeout', word: 'timeout:20', line: 3, value: 20 },
  ]);
});

test('of several words the first line, and on it the later row, wins, and the user is told', () => {
  const reading = read('multipass\nbody\nx4 please');
  assert.equal(reading.values, { passes: 2 });
  assert.match(reading.notes.join(), /"x4"/);
  assert.equal(read('multipass x3').values, { passes: 3 });
});

test('a task of triggers only is blank; an empty one stays empty', () => {
  assert.is(read('x3 timeout:none').task.trim(), '');
  assert.equal(read('x3 timeout:none').values, { passes: 3, timeout: 'none' });
  assert.equal(read(''), { values: {}, notes: [], task: '', elsewhere: [] });
});

test('words of triggers beyond the recipe are text', () => {
  assert.equal(readTriggers('x3 do it', {}), { values: {}, notes: [], task: 'x3 do it', elsewhere: [] });
  assert.equal(readTriggers('deep: do it', { depth: [trigger('^deep:', 'much')] }).values, { depth: 'much' });
});

test('five megabytes are no trouble', () => {
  const body = `${'x3 and more '.repeat(40)}\n`.repeat(11_000);
  const reading = read(`first\n${body}last x2`);
  assert.is(reading.task, `first\n${body}last`);
  assert.ok(reading.elsewhere.length > 0);
});

test.run();
