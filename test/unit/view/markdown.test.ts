import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderMarkdown } from '../../../lib/view/markdown.ts';
import { loadPaint, plainPaint } from '../../../lib/view/paint.ts';
import { widthOf } from '../../../lib/view/text.ts';

const draw = (markdown: string, columns = 80) => renderMarkdown(markdown, columns, plainPaint).split('\n').slice(0, -1);

const TABLE =
  '| File | Best From | Lines |\n|------|-----------|---:|\n| `src/foo` | **Claude** | 7 |\n| `a\\|b` | 日本語 | 1234 |';

test('a table has its columns in line', () => {
  assert.equal(draw(TABLE), [
    ' File    │ Best From │ Lines',
    '─────────┼───────────┼───────',
    ' src/foo │ Claude    │     7',
    ' a|b     │ 日本語    │  1234',
  ]);
});

test('long cells wrap, and rows then are parted', () => {
  const lines = draw('| File | Why |\n|---|---|\n| a | one two three four five six seven |\n| b | short |', 30);
  assert.equal(lines, [
    ' File │ Why',
    '──────┼──────────────────────',
    ' a    │ one two three four',
    '      │ five six seven',
    '──────┼──────────────────────',
    ' b    │ short',
  ]);
});

test('a path is kept whole where there is room for it', () => {
  const row =
    '| `test/slugify.test.js` | Ada | belongs with the function, and failing tests point at the other version |';
  const lines = draw(`| File | From | Why |\n|---|---|---|\n${row}`, 70);
  assert.match(lines[2]!, /^ test\/slugify\.test\.js │ Ada {2}│ belongs with the function, and/);
});

test('on a terminal too narrow for columns each row is a block', () => {
  assert.equal(
    draw('| First heading | Second heading |\n|---|---|\n| implementation | considerations |\n| b | |', 24),
    [
      'First heading:',
      'implementation',
      'Second heading:',
      'considerations',
      '───────────────────────',
      'First heading: b',
    ],
  );
});

test('nothing but an address is wider than the terminal, at any width', () => {
  const text = `# Ein langer Titel mit 日本語 und mehr\n\n${TABLE}\n\n1. Take \`src/foo\` from Claude's implementation and then some\n   more of it\n- **bold** and *slanted* words, [a link](https://example.org/x)\n\n> quoted words that are long enough to be wrapped\n`;
  for (let columns = 24; columns < 120; columns++) {
    for (const line of draw(text, columns))
      assert.ok(widthOf(line) < columns || line.trim() === '(https://example.org/x)', `${columns}: ${line}`);
  }
});

test('headings, lists, code and rules', async () => {
  assert.equal(
    draw('# Title\n\ntext that\ngoes on\n\n- one\n- two\n  - deep\n\n2. second\n\n```sh\nnpm   test\n```\n\n---'),
    [
      'Title',
      '',
      'text that goes on',
      '',
      '• one',
      '• two',
      '  • deep',
      '',
      '2. second',
      '',
      '    npm   test',
      '',
      '─'.repeat(79),
    ],
  );
  const paint = await loadPaint(true);
  assert.match(renderMarkdown('**b** `c` *i*', 80, paint), '\x1b[1mb\x1b[22m \x1b[36mc\x1b[39m \x1b[3mi\x1b[23m');
});

test('styles hold across a line break', async () => {
  const text = renderMarkdown('**aaaa bbbb cccc dddd eeee**', 21, await loadPaint(true));
  assert.is(text, '\x1b[1maaaa bbbb cccc dddd\x1b[22m\n\x1b[1meeee\x1b[22m\n');
});

test('a command to type is broken only where no line has room for it', () => {
  const markdown = 'It was cut off, or still runs. To go on with it: `mm resume 20260101-000000Z-444-beef`.';
  assert.equal(draw(markdown, 64), [
    'It was cut off, or still runs. To go on with it:',
    'mm resume 20260101-000000Z-444-beef.',
  ]);
  assert.equal(draw(markdown, 31).slice(1), ['To go on with it: mm resume', '20260101-000000Z-444-beef.']);
});

test('signs that mean nothing stay', () => {
  assert.equal(draw('2 * 3 * 4 and snake_case_name and \\*escaped\\* and <b> and a | b'), [
    '2 * 3 * 4 and snake_case_name and *escaped* and <b> and a | b',
  ]);
});

test('hostile text cannot reach the terminal from any place [S3]', () => {
  const evil = '\x1b[2J\x9b1m\u202e\x07';
  const text = renderMarkdown(
    `# ${evil}\n\n| ${evil} |\n|---|\n| \`${evil}\` |\n\n- ${evil}\n\n\`\`\`\n${evil}\n\`\`\`\n> ${evil}\n[${evil}](${evil})`,
    80,
    plainPaint,
  );
  assert.not(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(text));
});

test('a megabyte of one line does not take long', () => {
  const began = process.cpuUsage().user;
  renderMarkdown(`${'`*_[x](y) **'.repeat(20_000)}`, 80, plainPaint);
  assert.ok(process.cpuUsage().user - began < 20e6);
});

test.run();
