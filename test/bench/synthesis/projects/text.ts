// Text helpers: slugs, shortening, wrapping, templates.
import type { Project } from '../project.ts';

export const text: Project = {
  name: 'text',
  files: {
    'src/chars.js': {
      exports: ['foldAccents'],
      base: 'export function foldAccents(text) {\n  return text;\n}\n',
      right:
        "const SPECIAL = { ß: 'ss', æ: 'ae', ø: 'o', ł: 'l' };\n\nexport function foldAccents(text) {\n  return text\n    .normalize('NFD')\n    .replace(/[\\u0300-\\u036f]/g, '')\n    .replace(/[ßæøł]/g, (letter) => SPECIAL[letter]);\n}\n",
      faults: [
        { name: 'first accent only', edits: [["/[\\u0300-\\u036f]/g, ''", "/[\\u0300-\\u036f]/, ''"]] },
        {
          name: 'no letters without decomposition',
          edits: [['\n    .replace(/[ßæøł]/g, (letter) => SPECIAL[letter])', '']],
        },
        {
          name: 'drops what it does not know',
          edits: [['(letter) => SPECIAL[letter]', "''"]],
          belief: { name: 'foldAccents drops special letters', code: "assert.equal(foldAccents('straße'), 'strae');" },
        },
        {
          name: 'drops all that is not ASCII',
          edits: [
            [
              '\n    .replace(/[ßæøł]/g, (letter) => SPECIAL[letter])',
              "\n    .replace(/[ßæøł]/g, (letter) => SPECIAL[letter])\n    .replace(/[^\\x00-\\x7f]/g, '')",
            ],
          ],
        },
      ],
      existing: [
        { name: 'foldAccents leaves plain text alone', code: "assert.equal(foldAccents('plain text'), 'plain text');" },
      ],
      likely: [
        { name: 'foldAccents strips accents', code: "assert.equal(foldAccents('crème brûlée'), 'creme brulee');" },
        { name: 'foldAccents writes out sharp s', code: "assert.equal(foldAccents('straße'), 'strasse');" },
        { name: 'foldAccents handles several accented letters', code: "assert.equal(foldAccents('éèê'), 'eee');" },
      ],
      heldOut: [
        "foldAccents('Ünïcödé text')",
        "foldAccents('smørrebrød på ærø')",
        "foldAccents('fußball und łąka')",
        "foldAccents('дом и 東')",
        "foldAccents('')",
      ],
      corners: [
        { name: 'fold nordic', code: "assert.equal(foldAccents('ærø łódź'), 'aero lodz');" },
        { name: 'fold keeps other scripts', code: "assert.equal(foldAccents('東京'), '東京');" },
      ],
    },
    'src/slugify.js': {
      exports: ['slugify'],
      base: "export function slugify(text) {\n  return text.toLowerCase().split(' ').join('-');\n}\n",
      right:
        "import { foldAccents } from './chars.js';\n\nexport function slugify(text, { separator = '-', maxLength = Infinity } = {}) {\n  const words = foldAccents(text.toLowerCase()).match(/[a-z0-9]+/g) ?? [];\n  let slug = '';\n  for (const word of words) {\n    const longer = slug === '' ? word : slug + separator + word;\n    if (longer.length > maxLength) break;\n    slug = longer;\n  }\n  return slug;\n}\n",
      faults: [
        {
          name: 'separators at the ends',
          edits: [
            [
              '  const words = foldAccents(text.toLowerCase()).match(/[a-z0-9]+/g) ?? [];',
              '  const words = foldAccents(text.toLowerCase()).split(/[^a-z0-9]+/);',
            ],
            ["slug === '' ? word", "slug === '' && word === words[0] ? word"],
          ],
        },
        { name: 'crashes without a word', edits: [[' ?? []', '']] },
        {
          name: 'cuts inside a word',
          edits: [
            ['    if (longer.length > maxLength) break;\n', ''],
            ['return slug;', 'return slug.slice(0, maxLength);'],
          ],
          belief: {
            name: 'slugify cuts at maxLength',
            code: "assert.equal(slugify('hello big world', { maxLength: 7 }), 'hello-b');",
          },
        },
        { name: 'limit is exclusive', edits: [['longer.length > maxLength', 'longer.length >= maxLength']] },
        { name: 'separator ignored', edits: [['slug + separator + word', "slug + '-' + word"]] },
        { name: 'digits dropped', edits: [['[a-z0-9]+', '[a-z]+']] },
      ],
      existing: [
        {
          name: 'slugify joins words with dashes',
          code: "assert.equal(slugify('Hello big World'), 'hello-big-world');",
        },
        { name: 'slugify keeps a single word', code: "assert.equal(slugify('Word'), 'word');" },
      ],
      likely: [
        { name: 'slugify drops punctuation', code: "assert.equal(slugify('Hello, World!'), 'hello-world');" },
        {
          name: 'slugify uses another separator',
          code: "assert.equal(slugify('a b c', { separator: '_' }), 'a_b_c');",
        },
        { name: 'slugify folds accents', code: "assert.equal(slugify('Crème'), 'creme');" },
        {
          name: 'slugify stops before maxLength at a word',
          code: "assert.equal(slugify('hello big world', { maxLength: 10 }), 'hello-big');",
        },
        { name: 'slugify of nothing', code: "assert.equal(slugify('!!!'), '');" },
        { name: 'slugify keeps digits', code: "assert.equal(slugify('Top 10'), 'top-10');" },
      ],
      heldOut: [
        "slugify('  spaced   out  ')",
        "slugify('…')",
        "slugify('one two three', { maxLength: 9 })",
        "slugify('one two three', { maxLength: 7 })",
        "slugify('x y', { separator: '--' })",
        "slugify('Version 2 of 3')",
        "slugify('Über-Größe')",
      ],
      corners: [
        { name: 'slug fits exactly', code: "assert.equal(slugify('hello big world', { maxLength: 9 }), 'hello-big');" },
        { name: 'slug trims', code: "assert.equal(slugify('  -a- '), 'a');" },
      ],
    },
    'src/truncate.js': {
      exports: ['truncate'],
      base: 'export function truncate(text, length) {\n  return text.length <= length ? text : text.slice(0, length);\n}\n',
      right:
        "export function truncate(text, length, { ellipsis = '', words = false } = {}) {\n  const letters = [...text];\n  if (letters.length <= length) return text;\n  const room = Math.max(0, length - [...ellipsis].length);\n  let kept = letters.slice(0, room).join('');\n  if (words && letters[room] !== ' ') {\n    const space = kept.lastIndexOf(' ');\n    if (space > 0) kept = kept.slice(0, space);\n  }\n  return kept.trimEnd() + ellipsis;\n}\n",
      faults: [
        {
          name: 'ellipsis comes on top',
          edits: [['length - [...ellipsis].length', 'length']],
          belief: {
            name: 'truncate adds the ellipsis',
            code: "assert.equal(truncate('abcdef', 4, { ellipsis: '…' }), 'abcd…');",
          },
        },
        { name: 'splits surrogate pairs', edits: [['[...text]', "text.split('')"]] },
        { name: 'shortens what fits', edits: [['letters.length <= length', 'letters.length < length']] },
        { name: 'loses a word that ends there', edits: [[" && letters[room] !== ' '", '']] },
        { name: 'keeps the space at the end', edits: [['kept.trimEnd()', 'kept']] },
      ],
      existing: [
        { name: 'truncate leaves short text', code: "assert.equal(truncate('abc', 5), 'abc');" },
        { name: 'truncate cuts', code: "assert.equal(truncate('abcdef', 3), 'abc');" },
      ],
      likely: [
        {
          name: 'truncate counts the ellipsis',
          code: "assert.equal(truncate('abcdef', 4, { ellipsis: '…' }), 'abc…');",
        },
        {
          name: 'truncate leaves text of exactly that length',
          code: "assert.equal(truncate('abcd', 4, { ellipsis: '…' }), 'abcd');",
        },
        {
          name: 'truncate can stop at words',
          code: "assert.equal(truncate('hello big world', 12, { words: true }), 'hello big');",
        },
        { name: 'truncate counts emoji as one', code: "assert.equal(truncate('😀😀😀', 2), '😀😀');" },
      ],
      heldOut: [
        "truncate('one two three', 8, { ellipsis: '...' })",
        "truncate('🎈🎉🎁🎂', 3)",
        "truncate('abc', 3, { ellipsis: '…' })",
        "truncate('one two three', 7, { words: true })",
        "truncate('one two three', 6, { words: true })",
        "truncate('one two', 4)",
        "truncate('', 0)",
      ],
      corners: [
        {
          name: 'truncate at a word end',
          code: "assert.equal(truncate('hello big world', 9, { words: true }), 'hello big');",
        },
        {
          name: 'truncate without trailing space',
          code: "assert.equal(truncate('ab cd', 4, { ellipsis: '.' }), 'ab.');",
        },
      ],
    },
    'src/template.js': {
      exports: ['fill'],
      base: null,
      right:
        "export function fill(template, values) {\n  return template.replace(/\\{\\{|\\}\\}|\\{([\\w.]+)(?:\\|([^}]*))?\\}/g, (all, path, fallback) => {\n    if (all === '{{') return '{';\n    if (all === '}}') return '}';\n    let value = values;\n    for (const key of path.split('.')) value = value != null && Object.hasOwn(Object(value), key) ? value[key] : undefined;\n    if (value === undefined || value === null) {\n      if (fallback === undefined) throw new Error(`no value for ${path}`);\n      return fallback;\n    }\n    return String(value);\n  });\n}\n",
      faults: [
        { name: 'zero and empty count as missing', edits: [['value === undefined || value === null', '!value']] },
        {
          name: 'missing values become empty',
          edits: [
            [
              'if (fallback === undefined) throw new Error(`no value for ${path}`);\n      return fallback;',
              "return fallback ?? '';",
            ],
          ],
          belief: { name: 'fill leaves out what is missing', code: "assert.equal(fill('a{b}c', {}), 'ac');" },
        },
        {
          name: 'no nested names',
          edits: [["for (const key of path.split('.')) value = ", 'const key = path;\n    value = ']],
        },
        {
          name: 'inherited names',
          edits: [['value != null && Object.hasOwn(Object(value), key) ? value[key] : undefined', 'value?.[key]']],
        },
        {
          name: 'no escapes',
          edits: [
            ['\\{\\{|\\}\\}|', ''],
            ["    if (all === '{{') return '{';\n    if (all === '}}') return '}';\n", ''],
          ],
        },
      ],
      existing: [],
      likely: [
        { name: 'fill inserts values', code: "assert.equal(fill('Hi {name}!', { name: 'Ann' }), 'Hi Ann!');" },
        { name: 'fill reads nested names', code: "assert.equal(fill('{a.b}', { a: { b: 'x' } }), 'x');" },
        { name: 'fill takes fallbacks', code: "assert.equal(fill('{a|none}', {}), 'none');" },
        {
          name: 'fill throws where a value is missing',
          code: "assert.throws(() => fill('{a}', {}), /no value for a/);",
        },
        { name: 'fill inserts zero', code: "assert.equal(fill('{n}', { n: 0 }), '0');" },
        { name: 'fill unescapes doubled braces', code: "assert.equal(fill('{{x}}', {}), '{x}');" },
      ],
      heldOut: [
        "fill('{a.b.c}', { a: { b: { c: 1 } } })",
        "fill('{ok} {none}', { ok: false, none: '' })",
        "fill('{gone}', {})",
        "fill('{x|y}', { x: null })",
        "fill('{constructor|none}', {})",
        "fill('{{{name}}}', { name: 'v' })",
        "fill('{a.b|z}', { a: 'text' })",
      ],
      corners: [
        { name: 'fill ignores the prototype', code: "assert.equal(fill('{toString|no}', {}), 'no');" },
        { name: 'fill empty', code: "assert.equal(fill('[{a|x}]', { a: '' }), '[]');" },
      ],
    },
  },
};
