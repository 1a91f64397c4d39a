import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cut, harmless, oneLine, pad, saidLine, widthOf, wrap, wrapPrinted } from '../../../lib/view/text.ts';

test('shows control characters, direction changes and invisible signs instead of obeying them [S3]', () => {
  assert.is(harmless('a\x1b[2Jb\x07\x00\x7f'), 'a␛[2Jb␇␀␡');
  assert.is(harmless('x\x9b31m\u202egnp.exe\u2066\u200b\ufeff'), 'x<U+009B>31m<U+202E>gnp.exe<U+2066><U+200B><U+FEFF>');
  assert.is(harmless('a\ud800b'), 'a\ufffdb');
  assert.is(harmless('one\r\ntwo\tthree\rfour'), 'one\ntwo  three␍four');
  assert.not(
    /[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(
      harmless(Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('')),
    ),
  );
});

test('leaves ordinary text of every language as it is', () => {
  for (const text of ['héllo wörld', '日本語', 'עברית', 'نص', '👩‍👩‍👧‍👦 ok', 'क्षि', '🇩🇪'])
    assert.is(harmless(text), text);
});

test('thins out piles of accents', () => {
  assert.is(harmless(`z${'\u0301'.repeat(100)}`), `z${'\u0301'.repeat(6)}`);
});

test('puts text on one line', () => assert.is(oneLine('a\n\tb  c'), 'a b c'));

test('reads the last state of what a program said, without its colours', () => {
  assert.is(saidLine('\x1b[32mok\x1b[0m done\n'), 'ok done');
  assert.is(saidLine('10 %\r50 %\r100 %'), '100 %');
  assert.is(saidLine('\x1b]0;title\x07hello \x1bX'), saidLine('hello \x1bX'));
  assert.not(saidLine('\x1bPq\x1b').includes('\x1b'));
});

test('of a line of JSON shows what is meant for people, also when its beginning is cut off', () => {
  for (const [line, said] of [
    ['{"type":"item","item":{"id":"1","type":"agent_message","text":"It\\nis \\"done\\".\\n"}}', 'is "done".'],
    ['tent":[{"type":"text","text":"Working on it"}],"usage":{"tokens":5},"id":"7f"}', 'Working on it'],
    ['{"input":{"command":"ls","description":"look around"}}', 'look around'],
    ['{"content":"\\u001b[2Jgone","text":" "}', saidLine('\x1b[2Jgone')],
    ['{"type":"init","model":"m","tools":["a","b"]}', ''],
    ['{"text":"\\x"}', ''],
    ['return { text: 1 }', 'return { text: 1 }'],
  ] as const)
    assert.is(saidLine(line), said, line);
});

test('counts the columns a reader sees', () => {
  for (const [text, width] of [
    ['abc', 3],
    ['日本', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧‍👦', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['한', 2],
    ['ｱ', 1],
    ['', 0],
  ] as const) {
    assert.is(widthOf(text), width, text);
  }
});

test('cuts to a width without taking characters apart', () => {
  assert.is(cut('abcdef', 4), 'abc…');
  assert.is(cut('abcd', 4), 'abcd');
  assert.is(cut('日本語', 4), '日…');
  assert.is(cut('日本', 4), '日本');
  assert.is(cut('a👩‍👩‍👧‍👦b', 3), 'a…');
  assert.is(cut('abc', 0), '');
  for (const text of ['日本語テスト', 'a👩‍👩‍👧‍👦bc', 'e\u0301'.repeat(9), 'plain text']) {
    for (let width = 1; width < 14; width++) assert.ok(widthOf(cut(text, width)) <= width, `${text} in ${width}`);
  }
});

test('pads to exactly a width', () => {
  assert.is(pad('日', 4), '日  ');
  assert.is(pad('7', 3, 'right'), '  7');
  for (let width = 1; width < 9; width++) assert.is(widthOf(pad('日本語', width)), width);
});

test('of what is printed, paths and addresses stay whole', () => {
  const path = '/home/ada/.local/state/ai-aip/sessions/report.html';
  assert.equal(wrapPrinted(`Report: ${path} (3 KiB)`, 20), ['Report:', path, '(3 KiB)']);
  for (const each of ['~/some/where/else/x', '(https://example.org/x)', './some/where/else', 'C:/some/where/else'])
    assert.equal(wrapPrinted(each, 10), [each]);
  assert.equal(wrapPrinted('//// a/b/c/d/e/f', 4), ['////', 'a/b/', 'c/d/', 'e/f']);
  assert.ok(wrapPrinted(`/${'a'.repeat(10_000)}`, 80).length > 100, 'none is so long');
});

test('wraps at spaces, and within a word only where it is too long', () => {
  assert.equal(wrap('the quick brown fox', 10), ['the quick', 'brown fox']);
  assert.equal(wrap('abcdefghij xy', 4), ['abcd', 'efgh', 'ij', 'xy']);
  assert.equal(wrap('one\ntwo', 10), ['one', 'two']);
  assert.equal(wrap('日本👩‍👩‍👧‍👦x  y', 3), ['日', '本', '👩‍👩‍👧‍👦x', 'y']);
  assert.equal(wrap('👩‍👩‍👧‍👦日', 1), ['👩‍👩‍👧‍👦', '日']);
  for (const line of wrap('日本語 のテストです and some words', 7)) assert.ok(widthOf(line) <= 7);
  assert.is(wrap('a'.repeat(1_000_000), 80).length, 12_500);
});

test.run();
