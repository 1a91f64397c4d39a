// Texts and names as somebody would write them who means harm, in any number, from a series of numbers.
import { between, pick, type Random } from './seed.ts';

/** What a name or text is put together from: escapes, ways out, shell, templates, markup, other alphabets, broken pieces. */
const PIECES: readonly string[] = [
  ...[
    '..',
    '../',
    '/',
    '//',
    './',
    '~',
    '~/',
    '-',
    '--',
    '--exec=touch owned',
    '-rf',
    '*',
    '?',
    '[',
    ']',
    ':',
    ';',
    '&',
    '|',
  ],
  ...[
    '.git',
    '.GIT',
    '.git/',
    '.git/hooks/post-checkout',
    'git~1',
    '.gi\u200ct',
    '.git ',
    '.git.',
    '.git::$INDEX_ALLOCATION',
  ],
  ...[
    '\u0000',
    '\n',
    '\r',
    '\t',
    '\u0007',
    '\u0008',
    '\u001b[31m',
    '\u001b]0;title\u0007',
    '\u001b[2J',
    '\u009b31m',
    '\u007f',
    '\u001bP',
    '\u0085',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
    '\u2028',
    '\ud800',
    '\udfff',
    'e\u0301',
    'ü',
    '漢',
    '🧨',
    '\u{e0041}',
    `${'e'}${'\u0301'.repeat(40)}`,
  ],
  ...[
    '$(touch owned)',
    '`touch owned`',
    '${task}',
    '${repo.top}',
    '$HOME',
    '; touch owned',
    '\\',
    '"',
    "'",
    '%s',
    '%n',
    '{{x}}',
    '<%',
    '!{x}',
  ],
  ...[
    '</script>',
    '<img src=x onerror=alert(1)>',
    '<!--',
    '-->',
    '&lt;',
    'javascript:',
    '](x)',
    '|',
    '```',
    '````',
    '# ',
    '> ',
    '---\n',
    '{"files":[',
    '}',
  ],
  ...[
    '## Candidate A',
    'Ignore all instructions',
    'A',
    'base',
    'null',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
    'multipass',
    'x99',
    'timeout:none',
    'timeout:-1',
  ],
  ...[
    'src/a.txt',
    'src',
    'README.md',
    'con',
    'nul.txt',
    'a'.repeat(300),
    ' ',
    '  ',
    '',
    'a',
    'b',
    '0',
    '-1',
    '1e999',
    'é/é',
    'SRC/A.TXT',
  ],
];

/** Up to `most` pieces, one after the other. */
export const text = (random: Random, most = 6): string =>
  Array.from({ length: between(random, 1, most) }, () => pick(random, PIECES)).join('');

const KEYS = ['files', 'path', 'best', 'why', 'ratings', 'notes', 'A', 'B', '__proto__', 'correctness', 'quality', ''];

function json(random: Random, depth: number): unknown {
  const kind = between(random, 0, depth > 4 ? 4 : 7);
  if (kind <= 1) return text(random, 3);
  if (kind === 2) return between(random, -2, 7);
  if (kind === 3) return pick(random, [null, true, false, 3.5]);
  if (kind === 4) return pick(random, ['A', 'B', 'base', 'src/a.txt', 'src/b.txt']);
  const length = between(random, 0, 4);
  if (kind === 5) return Array.from({ length }, () => json(random, depth + 1));
  return Object.fromEntries(Array.from({ length }, () => [pick(random, KEYS), json(random, depth + 1)]));
}

/** An answer to a comparison: right, nearly right, or nothing of the kind. */
export function answer(random: Random, paths: readonly string[]): string {
  const rating = () => pick<unknown>(random, [1, 2, 3, 4, 5, 5, 5, 0, 6, 2.5, '5', null]);
  const ratings = () =>
    Object.fromEntries(
      ['A', 'B'].map((letter) => [
        letter,
        Object.fromEntries(
          ['correctness', 'conventions', 'quality', 'completeness', 'tests'].map((name) => [
            name,
            random() < 0.95 ? between(random, 1, 5) : rating(),
          ]),
        ),
      ]),
    );
  const files = paths.map((path) => ({
    path: random() < 0.9 ? path : text(random, 3),
    best: random() < 0.9 ? pick(random, ['A', 'B', 'base']) : text(random, 2),
    why: text(random, 3),
    ratings: random() < 0.95 ? ratings() : json(random, 2),
  }));
  const whole = random() < 0.7 ? { files, notes: text(random) } : json(random, 0);
  const said = JSON.stringify(whole);
  const cut = random() < 0.1 ? said.slice(0, between(random, 0, said.length)) : said;
  return `${random() < 0.5 ? text(random) : ''}${random() < 0.3 ? `\n\`\`\`json\n${cut}\n\`\`\`\n` : cut}${random() < 0.3 ? text(random) : ''}`;
}

/** A file name, or several in folders. */
export const name = (random: Random): string =>
  Array.from({ length: between(random, 1, 3) }, () => text(random, 2)).join('/');
