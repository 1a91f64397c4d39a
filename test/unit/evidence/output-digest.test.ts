// Outputs of any length, read once and in constant memory: what stands in the middle counts like what stands at an end.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { classifyGate, type GateRun } from '../../../lib/evidence/gate-state.ts';
import { LineSet } from '../../../lib/evidence/line-set.ts';
import { DigestOutput, digestOf, type OutputDigest } from '../../../lib/evidence/output-digest.ts';
import { readPieces } from '../../../lib/system/read-parts.ts';
import { digest, readers } from '../../support/readers.ts';

const failed = (said: OutputDigest): GateRun => ({ exitCode: 1, signal: null, ended: 'exit', said });
const MEGABYTE = 1024 * 1024;
/** A long line that says nothing, as logs have them. */
const noise = `request handled: ${'header=value '.repeat(140)}\n`;

test('of 200 MB the one failing test in the middle is found, and no more than a line is held [A3]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mm-output-'));
  try {
    const file = join(folder, 'tests.txt');
    const handle = openSync(file, 'w');
    const chunk = noise.repeat(Math.ceil(MEGABYTE / noise.length));
    for (let megabytes = 0; megabytes < 200; megabytes++) {
      if (megabytes === 100) writeSync(handle, 'not ok 7 - the only one\n  error: in src/deep/a.js\nok 8 - another\n');
      writeSync(handle, chunk);
    }
    writeSync(handle, '# pass 41\n# fail 1\n');
    closeSync(handle);
    const reading = new DigestOutput(readers);
    let most = 0;
    await readPieces(file, (text) => {
      assert.ok(text.length <= 64 * 1024);
      reading.add(text);
      most = Math.max(most, reading.held);
    });
    const said = reading.end();
    assert.equal(said.counts, { passed: 41, failed: 1 });
    assert.equal(said.failing, [{ name: 'the only one', places: ['src/deep/a.js'], how: 'error: in src/deep/a.js' }]);
    assert.ok(most <= 64 * 1024, `${most} characters were held`);
    assert.ok(said.end.length <= 2000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a line without an end is held in part only, and still counted', () => {
  const reading = new DigestOutput(readers);
  reading.add('<testsuite tests="40000">');
  const cases = '<testcase name="x"/><testcase name="y"><failure/></testcase>'.repeat(200);
  for (let i = 0; i < 100; i++) {
    reading.add(cases);
    assert.ok(reading.held <= 64 * 1024, `${reading.held} characters were held`);
  }
  assert.equal(reading.end().counts, { passed: 20_000, failed: 20_000 });
});

test('a character that falls into two pieces, and a line end that does, are read as one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mm-output-'));
  try {
    const file = join(folder, 'tests.txt');
    const handle = openSync(file, 'w');
    writeSync(handle, `${'x'.repeat(64 * 1024 - 2)}\n✖ geht über Grenzen\r\n`);
    closeSync(handle);
    const reading = new DigestOutput(readers);
    await readPieces(file, (text) => reading.add(text));
    assert.equal(
      reading.end().failing.map(({ name }) => name),
      ['geht über Grenzen'],
    );
    const halves = new DigestOutput(readers);
    for (const piece of ['not ok 1 - a\r', '\nnot ok 2 - b\r', 'ok 3 - c\n']) halves.add(piece);
    assert.equal(halves.end().counts, { passed: 1, failed: 2 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('two outputs that differ in the middle only do not fail in the same way [A3]', () => {
  const long = noise.repeat(500);
  const said = (middle: string) => digest(`begins\n${long}${middle}\n${long}ends\n`);
  const base = failed(said('cannot read a.conf'));
  assert.is(classifyGate({ ...failed(said('cannot read a.conf')), base }), 'already-failing');
  assert.is(classifyGate({ ...failed(said('cannot read b.conf')), base }), 'fail');
  const tap = (...names: string[]) =>
    digest(`${long}${names.map((name) => `not ok 1 - ${name}\n`).join('')}${long}# pass 5\n# fail 1\n`);
  assert.is(classifyGate({ ...failed(tap('a')), base: failed(tap('a')) }), 'already-failing');
  assert.is(classifyGate({ ...failed(tap('b')), base: failed(tap('a')) }), 'fail');
});

test('failing tests beyond the thousand that are kept by name are compared, too', () => {
  const failing = (from: number, to: number) =>
    digest(Array.from({ length: to - from }, (_, i) => `not ok - test ${'abc'.repeat(i % 7)} ${from + i}\n`).join(''));
  const base = failed(failing(0, 2000));
  assert.is(base.said.failing.length, 1000);
  assert.is(classifyGate({ ...failed(failing(0, 2000)), base }), 'already-failing');
  const other = failed(digest(`${'not ok - test  0\n'}${'not ok - none of those\n'}`));
  assert.is(classifyGate({ ...other, base }), 'fail');
});

test('more different lines than are kept are the same only as a whole', () => {
  const set = (texts: readonly string[]) => {
    const lines = new LineSet();
    for (const text of texts) lines.add(text);
    return lines;
  };
  const many = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
  assert.ok(set(many).isWithin(set([...many].reverse())));
  assert.not.ok(set([...many.slice(0, -1), 'another']).isWithin(set(many)));
  assert.ok(set(['a', 'b']).isWithin(set(['b', 'c', 'a'])));
  assert.not.ok(set(['a', 'a']).isWithin(set(['a'])));
});

test('an expression of a reader may look back at a group of its own', () => {
  const mine = { counts: [], lines: [], failing: ['^(=+) (?<name>\\w+) \\1$'], apart: [], before: [], missing: [] };
  const names = (text: string) => digestOf(text, { mine }).failing.map(({ name }) => name);
  assert.equal(names('== a ==\n== b =\n'), ['a']);
});

test('what npm says of a missing script counts only where no test failed', () => {
  assert.ok(digest('npm error Missing script: "test"\n').missing);
  assert.not.ok(digest('npm error Missing script: "test"\nnot ok 1 - says what npm says\n').missing);
});

test.run();
