// The page's own modules, as far as they need no browser: rows of versions, languages, hidden characters, the script
// that they are put together into.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Script } from 'node:vm';
import { diffArrays } from 'diff';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MODULES, script, style } from '../../../lib/view/report/assets.ts';
import { align } from '../../../lib/view/report/page/align.mjs';
import { languageOf, languagesFor } from '../../../lib/view/report/page/language.mjs';
import { linesOf, visible } from '../../../lib/view/report/page/visible.mjs';
import { importsOf } from '../../support/layers.ts';
import { PROJECT } from '../../support/paths.ts';

/** Rows as text: each version's line with its sign, `.` where it has none. */
function rows(pivot: number, ...versions: readonly string[]): string[] {
  const lines = versions.map((version) => (version === '' ? [] : version.split(' ')));
  const sign = { same: '', changed: '~', added: '+' } as const;
  return align(lines, pivot, (a, b) => diffArrays([...a], [...b])).map(({ cells }) =>
    cells.map((cell, k) => (cell === null ? '.' : sign[cell.kind] + lines[k]![cell.line])).join(' '),
  );
}

test('lines stand beside the lines that they took the place of, in every version', () => {
  assert.equal(rows(0, 'a b c', 'a b c', 'a x c'), ['a a a', '~b b ~x', 'c c c']);
  assert.equal(rows(0, 'a c', 'a b c', 'a c d'), ['a a a', '. +b .', 'c c c', '. . +d']);
  assert.equal(rows(0, 'a b c', 'a c', 'c'), ['~a a .', '~b . .', 'c c c']);
  assert.equal(rows(0, '', 'a', 'b'), ['. +a +b']);
  assert.equal(rows(0, 'a', '', ''), ['~a . .']);
  assert.equal(rows(1, 'a b', 'a c b'), ['a a', '. ~c', 'b b']);
});

test('of several lines that came for several, the ones that are alike stand together', () => {
  const base = ['start', 'const one = read(first);', 'return one;', 'end'];
  const come = ['start', '// a remark', 'const one = read(first, true);', 'return one + 1;', 'end'];
  const found = align([base, come], 0, (a, b) => diffArrays([...a], [...b])).map(({ cells }) => cells[1]?.line ?? -1);
  assert.equal(found, [0, 1, 2, 3, 4]);
  const paired = align([base, come], 0, (a, b) => diffArrays([...a], [...b]));
  assert.equal(
    paired.map(({ at }) => at),
    [0, -1, 1, 2, 3],
  );
});

test('when comparing takes too long, everything counts as different, and nothing is lost', () => {
  const all = align(
    [
      ['a', 'b'],
      ['x', 'y', 'z'],
    ],
    0,
    () => undefined,
  );
  assert.equal(
    all.flatMap(({ cells }) => cells[1]?.line ?? []),
    [0, 1, 2],
  );
  assert.equal(
    all.flatMap(({ cells }) => cells[0]?.line ?? []),
    [0, 1],
  );
});

test('many random versions: no line is lost, doubled or out of order', () => {
  let seed = 7;
  const random = (most: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  const version = () => Array.from({ length: random(12) }, () => 'abcdef'[random(6)]!);
  for (let round = 0; round < 500; round++) {
    const versions = [version(), version(), version()];
    const pivot = random(3);
    const made = align(versions, pivot, (a, b) => diffArrays([...a], [...b]));
    versions.forEach((lines, k) => {
      const order = made.flatMap(({ cells }) => cells[k]?.line ?? []);
      assert.equal(order, [...lines.keys()]);
    });
    for (const { at, cells } of made)
      cells.forEach((cell, k) => {
        if (cell?.kind === 'same') assert.is(versions[k]![cell.line], versions[pivot]![at]);
      });
  }
});

test('a language is told by the name of a file, and brings the ones it contains', () => {
  const cases = {
    'a/b.ts': 'typescript',
    'X.PY': 'python',
    Makefile: 'makefile',
    'no-ending': null,
    'a.b/c': null,
    '.npmrc': 'ini',
  };
  for (const [path, language] of Object.entries(cases)) assert.is(languageOf(path), language, path);
  assert.equal(languagesFor(['a.md', 'b.md', 'c.xyz']), ['css', 'javascript', 'markdown', 'xml']);
});

test('nothing in a line stays hidden; line ends are told where they differ', () => {
  assert.is(visible('a\u202eb\u0000\u001b\u200b\u{e0041}\ud800'), 'a<U+202E>b␀␛<U+200B><U+E0041>\ufffd');
  assert.is(visible('tab\tand é 日本 👩‍👩‍👧 stay'), 'tab\tand é 日本 👩‍👩‍👧 stay');
  assert.equal(linesOf('a\r\nb\n', false), ['a␍', 'b']);
  assert.equal(linesOf('a\r\nb\r\n', true), ['a', 'b']);
  assert.equal(linesOf('a\nb', false), ['a', 'b', '\\ No newline at end of file']);
  assert.equal(linesOf('', false), []);
});

test('the page has one script that is one program, ends no element, and has the hash that it says', async () => {
  const { text, hash } = script(['a.html', 'b.ts', 'c.md']);
  assert.is(new Script(text) instanceof Script, true);
  assert.not.match(text, /<\/?script|<!--|-->/i);
  assert.not.match(text, /^(import|export) /m);
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('base64');
  assert.is(hash, `'sha256-${digest}'`);
  assert.not.match(style().text, /<\/style|@import|url\(/i);
});

test('each module of the page comes after all that it imports', () => {
  const folder = 'lib/view/report/page';
  const files = MODULES.map((name) => posix.join(folder, `${name}.mjs`));
  for (const [place, file] of files.entries()) {
    for (const { target } of importsOf(file, readFileSync(join(PROJECT, file), 'utf8')))
      if (target.endsWith('.mjs'))
        assert.ok(files.slice(0, place).includes(target), `${target}, which ${file} imports, is not before it`);
  }
});

test('the page makes no markup from text', () => {
  const { text } = script([]);
  const own = text.slice(text.indexOf('const FILES ='));
  assert.not.match(
    own,
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.cssText|srcdoc/,
  );
  assert.match(own, /function start\(\)/);
});

test.run();
