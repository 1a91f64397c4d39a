// A judge's answer, in whatever it comes, and what must not get through.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readJudgeAnswer } from '../../../lib/evidence/judge-answer.ts';
import { seededRandom } from '../../../lib/evidence/random.ts';

const PATHS = ['src/a.js', 'test/a.test.js'];
const LETTERS = ['A', 'B', 'C'];
const RATED = { correctness: 5, conventions: 4, quality: 4, completeness: 5, tests: 3 };
const ANSWER = {
  files: [
    { path: 'src/a.js', best: 'B', why: 'handles the empty list', ratings: { A: RATED, B: RATED } },
    { path: 'test/a.test.js', best: 'base', why: 'no need' },
  ],
  notes: 'nothing',
};
const read = (text: string) => readJudgeAnswer(text, PATHS, LETTERS);

test('an empty list of files is no answer, and what is missing is said', () => {
  const { answer, mistakes } = read('{ "files": [], "notes": "all fine" }');
  assert.is(answer, null);
  assert.match(mistakes.join(), /empty list/);
});

test('reads an object alone, in a fenced block, and within other text [A4]', () => {
  const json = JSON.stringify(ANSWER, null, 2);
  for (const text of [
    json,
    `\`\`\`json\n${json}\n\`\`\``,
    `Here {is} my "answer:\n${json}\nHope that helps {really}!`,
    `{"files": "an example"}\n${json}`,
  ]) {
    const { answer, mistakes } = read(text);
    assert.equal(mistakes, []);
    assert.equal(
      answer?.files.map(({ path, best }) => [path, best]),
      [
        ['src/a.js', 'B'],
        ['test/a.test.js', 'base'],
      ],
    );
    assert.equal(answer?.files[0]?.ratings.get('A'), RATED);
    assert.is(answer?.notes, 'nothing');
  }
});

test('finds the object when braces and quotes are inside its strings, and takes the last answer', () => {
  const tricky = JSON.stringify({
    notes: 'a { brace, a "quote" and "files"',
    files: [{ path: 'src/a.js', best: 'A', why: '} ] "' }],
  });
  const later = JSON.stringify({ files: [{ path: 'src/a.js', best: 'C' }] });
  assert.is(read(tricky).answer?.files[0]?.best, 'A');
  assert.is(read(`${tricky}\nOn second thought:\n${later}`).answer?.files[0]?.best, 'C');
});

const wrong = (files: unknown): readonly string[] => {
  const { answer, mistakes } = read(JSON.stringify({ files }));
  assert.is(answer, null);
  return mistakes;
};

test('names every mistake, so that it can be asked for once more', () => {
  assert.match(read('I like A best.').mistakes[0]!, /no JSON object with "files"/);
  assert.match(read('{"files": [ }').mistakes[0]!, /no JSON object|can't be read/);
  assert.match(read('{"files": 3}').mistakes[0]!, /not a list/);
  assert.match(wrong([{ path: '../etc/passwd', best: 'A' }])[0]!, /"\.\.\/etc\/passwd", which no candidate changed/);
  assert.match(wrong([{ path: 'src/a.js', best: 'D' }])[0]!, /"best" is "D"; it must be one of A, B, C, base/);
  assert.match(
    wrong([
      { path: 'src/a.js', best: 'A' },
      { path: 'src/a.js', best: 'B' },
    ])[0]!,
    /comes twice/,
  );
  assert.match(
    wrong([{ path: 'src/a.js', best: 'A', ratings: { A: { ...RATED, tests: 6 } } }])[0]!,
    /whole number from 1 to 5 for tests/,
  );
  assert.match(wrong([{ path: 'src/a.js', best: 'A', ratings: { A: { ...RATED, quality: '4' } } }])[0]!, /for quality/);
  assert.match(
    wrong([{ path: 'src/a.js', best: 'A', ratings: { Z: RATED } }])[0]!,
    /names "Z", which is not a candidate/,
  );
  assert.match(wrong(['src/a.js'])[0]!, /is not an object/);
  assert.is(
    wrong([
      { path: 'x', best: 'A' },
      { path: 'src/a.js', best: 'Q' },
    ]).length,
    2,
  );
});

test('is not taken in by prototypes', () => {
  const { answer } = read('{"files":[{"path":"src/a.js","best":"A","ratings":{"__proto__":{"correctness":5}}}]}');
  assert.is(answer, null);
  assert.match(wrong([{ path: '__proto__', best: 'A' }])[0]!, /no candidate changed/);
  assert.match(wrong([{ path: 'src/a.js', best: 'constructor' }])[0]!, /must be one of/);
  assert.is(({} as Record<string, unknown>).correctness, undefined);
});

test('takes control characters out of what people will see', () => {
  const { answer } = read(
    JSON.stringify({
      files: [{ path: 'src/a.js', best: 'A', why: 'good\u001b[31m\u0007\u202ered' }],
      notes: 'a\u0000b\nc',
    }),
  );
  assert.is(answer?.files[0]?.why, 'good [31m  red');
  assert.is(answer?.notes, 'a b\nc');
});

test('survives bombs', () => {
  const deep = `{"files":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
  for (const text of [
    deep,
    '{'.repeat(1_000_000),
    '{"files"'.repeat(200_000),
    '"files"'.repeat(300_000),
    `{"files":[${'{},'.repeat(300_000)}{}]}`,
    '\\'.repeat(1_000_000),
  ]) {
    const { answer, mistakes } = read(text);
    assert.is(answer, null);
    assert.ok(mistakes.length > 0 && mistakes.length <= 20);
    assert.ok(mistakes.join('').length < 20_000);
  }
});

test('whatever an answer is, only known paths and letters get through (3,000 mutated answers)', () => {
  const seed = `answers ${Date.now()}`;
  const random = seededRandom(seed);
  const json = JSON.stringify(ANSWER);
  const bits = [
    '"',
    '{',
    '}',
    '[',
    ']',
    '__proto__',
    '../',
    'null',
    '1e999',
    '\\u0000',
    '"files":[',
    ',',
    'D',
    '5',
    '\n',
  ];
  for (let round = 0; round < 3000; round++) {
    let text = json;
    for (let cuts = Math.floor(random() * 4); cuts >= 0; cuts--) {
      const at = Math.floor(random() * text.length);
      text = text.slice(0, at) + bits[Math.floor(random() * bits.length)]! + text.slice(at + Math.floor(random() * 6));
    }
    const { answer, mistakes } = read(text);
    assert.is(answer === null, mistakes.length > 0, `seed ${seed}`);
    for (const { path, best, ratings } of answer?.files ?? []) {
      assert.ok(PATHS.includes(path) && [...LETTERS, 'base'].includes(best), `seed ${seed}: ${path} ${best}`);
      for (const [letter, marks] of ratings)
        assert.ok(
          LETTERS.includes(letter) && Object.values(marks).every((mark) => mark >= 1 && mark <= 5),
          `seed ${seed}`,
        );
    }
  }
});

test.run();
