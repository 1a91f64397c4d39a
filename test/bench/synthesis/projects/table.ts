// Tables: reading and writing CSV, sorting, grouping.
import type { Project } from '../project.ts';

export const table: Project = {
  name: 'table',
  files: {
    'src/parse.js': {
      exports: ['parseCsv'],
      base: "export function parseCsv(text) {\n  return text.split('\\n').map((line) => line.split(','));\n}\n",
      right:
        "export function parseCsv(text, { separator = ',' } = {}) {\n  const rows = [];\n  let row = [];\n  let field = '';\n  let quoted = false;\n  const input = text.replace(/^\\ufeff/, '');\n  for (let i = 0; i < input.length; i++) {\n    const sign = input[i];\n    if (quoted) {\n      if (sign !== '\"') field += sign;\n      else if (input[i + 1] === '\"') {\n        field += '\"';\n        i++;\n      } else quoted = false;\n    } else if (sign === '\"') quoted = true;\n    else if (sign === separator) {\n      row.push(field);\n      field = '';\n    } else if (sign === '\\n') {\n      row.push(field.replace(/\\r$/, ''));\n      rows.push(row);\n      [row, field] = [[], ''];\n    } else field += sign;\n  }\n  if (field !== '' || row.length > 0) rows.push([...row, field]);\n  return rows;\n}\n",
      faults: [
        {
          name: 'doubled quotes end a field',
          edits: [
            [
              "else if (input[i + 1] === '\"') {\n        field += '\"';\n        i++;\n      } else quoted = false;",
              'else quoted = false;',
            ],
          ],
        },
        {
          name: 'a row for the last line end',
          edits: [["if (field !== '' || row.length > 0) rows.push", 'rows.push']],
          belief: { name: 'parseCsv keeps the empty last line', code: "assert.equal(parseCsv('a\\n').length, 2);" },
        },
        { name: 'keeps carriage returns', edits: [["field.replace(/\\r$/, '')", 'field']] },
        { name: 'separator fixed', edits: [['sign === separator', "sign === ','"]] },
        { name: 'keeps the byte order mark', edits: [["text.replace(/^\\ufeff/, '')", 'text']] },
        { name: 'trims fields', edits: [['row.push(field);', 'row.push(field.trim());']] },
      ],
      existing: [
        { name: 'parseCsv splits', code: "assert.deepEqual(parseCsv('a,b\\nc,d'), [['a', 'b'], ['c', 'd']]);" },
      ],
      likely: [
        { name: 'parseCsv reads quoted fields', code: "assert.deepEqual(parseCsv('\"a,b\",c'), [['a,b', 'c']]);" },
        {
          name: 'parseCsv reads doubled quotes',
          code: 'assert.deepEqual(parseCsv(\'"say ""hi"""\'), [[\'say "hi"\']]);',
        },
        { name: 'parseCsv ignores the last line end', code: "assert.deepEqual(parseCsv('a\\n'), [['a']]);" },
        { name: 'parseCsv reads Windows line ends', code: "assert.deepEqual(parseCsv('a\\r\\nb'), [['a'], ['b']]);" },
        {
          name: 'parseCsv takes another separator',
          code: "assert.deepEqual(parseCsv('a;b', { separator: ';' }), [['a', 'b']]);",
        },
      ],
      heldOut: [
        'parseCsv(\'"1 ""2"" 3",4\\n\')',
        "parseCsv('x\\ty\\n1\\t2', { separator: '\\t' })",
        "parseCsv(' x ,y\\r\\n z,\\r\\n')",
        "parseCsv('\\ufeffid,name')",
        "parseCsv('')",
      ],
      corners: [
        { name: 'csv bom and spaces', code: "assert.deepEqual(parseCsv('\\ufeffa , b'), [['a ', ' b']]);" },
        { name: 'csv line end in quotes', code: "assert.deepEqual(parseCsv('\"a\\nb\",'), [['a\\nb', '']]);" },
      ],
    },
    'src/stringify.js': {
      exports: ['toCsv'],
      base: "export function toCsv(rows) {\n  return rows.map((row) => row.join(',')).join('\\n');\n}\n",
      right:
        "import { fieldOf } from './field.js';\n\nexport function toCsv(rows, { separator = ',', columns } = {}) {\n  const quote = (value) => {\n    const text = value === null || value === undefined ? '' : String(value);\n    return text.includes(separator) || /[\"\\r\\n]/.test(text) ? `\"${text.replaceAll('\"', '\"\"')}\"` : text;\n  };\n  const body = columns ? rows.map((row) => columns.map((column) => fieldOf(row, column))) : rows;\n  const all = columns ? [columns, ...body] : body;\n  return all.map((row) => row.map(quote).join(separator)).join('\\n');\n}\n",
      faults: [
        { name: 'quotes are not doubled', edits: [["text.replaceAll('\"', '\"\"')", 'text']] },
        {
          name: 'null is written',
          edits: [["value === null || value === undefined ? '' : String(value)", 'String(value)']],
        },
        {
          name: 'no heading',
          edits: [['columns ? [columns, ...body] : body', 'body']],
          belief: {
            name: 'toCsv writes chosen columns',
            code: "assert.equal(toCsv([{ a: 1, b: 2 }], { columns: ['b'] }), '2');",
          },
        },
        { name: 'line ends are not quoted', edits: [['/["\\r\\n]/.test(text)', "text.includes('\"')"]] },
        { name: 'quotes for commas only', edits: [['text.includes(separator)', "text.includes(',')"]] },
      ],
      existing: [{ name: 'toCsv joins', code: "assert.equal(toCsv([['a', 'b'], ['c', 'd']]), 'a,b\\nc,d');" }],
      likely: [
        { name: 'toCsv quotes separators', code: "assert.equal(toCsv([['a,b']]), '\"a,b\"');" },
        { name: 'toCsv doubles quotes', code: 'assert.equal(toCsv([[\'a"b\']]), \'"a""b"\');' },
        { name: 'toCsv leaves null empty', code: "assert.equal(toCsv([[null, 0]]), ',0');" },
        {
          name: 'toCsv writes columns with a heading',
          code: "assert.equal(toCsv([{ a: 1, b: 2 }], { columns: ['b', 'a'] }), 'b,a\\n2,1');",
        },
      ],
      heldOut: [
        "toCsv([['say \"x\"', 'y']])",
        "toCsv([[undefined, '', 3]])",
        "toCsv([{ p: { q: 1 } }, { p: null }], { columns: ['p.q'] })",
        "toCsv([['x\\r\\ny']])",
        "toCsv([['1|2', '3']], { separator: '|' })",
      ],
      corners: [
        { name: 'csv out with line end', code: "assert.equal(toCsv([['a\\nb']]), '\"a\\nb\"');" },
        {
          name: 'csv out with other separator',
          code: "assert.equal(toCsv([['a;b', 'c,d']], { separator: ';' }), '\"a;b\";c,d');",
        },
      ],
    },
    'src/field.js': {
      exports: ['fieldOf', 'compareBy'],
      base: 'export function fieldOf(row, name) {\n  return row[name];\n}\n',
      right:
        "export function fieldOf(row, name) {\n  return name.split('.').reduce((value, key) => (value === null || value === undefined ? undefined : value[key]), row);\n}\n\nexport function compareBy(name, { descending = false } = {}) {\n  return (a, b) => {\n    const [left, right] = [fieldOf(a, name), fieldOf(b, name)];\n    // What has no value comes last, whatever the direction.\n    if (left == null || right == null) return Number(left == null) - Number(right == null);\n    const order = typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right));\n    return descending ? -order : order;\n  };\n}\n",
      faults: [
        {
          name: 'numbers as text',
          edits: [["typeof left === 'number' && typeof right === 'number' ? left - right : String", 'String']],
        },
        {
          name: 'missing first when descending',
          edits: [
            [
              'return Number(left == null) - Number(right == null);',
              'return (Number(left == null) - Number(right == null)) * (descending ? -1 : 1);',
            ],
          ],
        },
        {
          name: 'crashes on a missing parent',
          edits: [['(value === null || value === undefined ? undefined : value[key])', 'value[key]']],
        },
        { name: 'direction ignored', edits: [['descending ? -order : order', 'order']] },
        {
          name: 'missing counts as zero',
          edits: [
            ['    if (left == null || right == null) return Number(left == null) - Number(right == null);\n', ''],
            ['[fieldOf(a, name), fieldOf(b, name)]', '[fieldOf(a, name) ?? 0, fieldOf(b, name) ?? 0]'],
          ],
          belief: {
            name: 'compareBy puts missing values first',
            code: "assert.deepEqual([{ a: 1 }, {}].sort(compareBy('a')), [{}, { a: 1 }]);",
          },
        },
      ],
      existing: [{ name: 'fieldOf reads a field', code: "assert.equal(fieldOf({ a: 1 }, 'a'), 1);" }],
      likely: [
        { name: 'fieldOf reads nested fields', code: "assert.equal(fieldOf({ a: { b: 2 } }, 'a.b'), 2);" },
        { name: 'fieldOf survives a missing parent', code: "assert.equal(fieldOf({}, 'a.b'), undefined);" },
        {
          name: 'compareBy sorts numbers',
          code: "assert.deepEqual([{ a: 10 }, { a: 9 }].sort(compareBy('a')), [{ a: 9 }, { a: 10 }]);",
        },
        {
          name: 'compareBy can descend',
          code: "assert.deepEqual([{ a: 1 }, { a: 2 }].sort(compareBy('a', { descending: true })), [{ a: 2 }, { a: 1 }]);",
        },
        {
          name: 'compareBy puts missing values last',
          code: "assert.deepEqual([{}, { a: 1 }].sort(compareBy('a')), [{ a: 1 }, {}]);",
        },
      ],
      heldOut: [
        "fieldOf({ x: null }, 'x.y.z')",
        "[{ v: 100 }, { v: 20 }, { v: 3 }].sort(compareBy('v'))",
        "[{ v: 'b' }, { v: 'c' }, { v: 'a' }].sort(compareBy('v', { descending: true }))",
        "[{ v: 2 }, {}, { v: 3 }].sort(compareBy('v', { descending: true }))",
        "[{ v: 1 }, { v: null }, { v: -5 }].sort(compareBy('v'))",
      ],
      corners: [
        {
          name: 'missing last when descending',
          code: "assert.deepEqual([{}, { a: -1 }].sort(compareBy('a', { descending: true })), [{ a: -1 }, {}]);",
        },
      ],
    },
    'src/group.js': {
      exports: ['groupBy', 'summarize'],
      base: null,
      right:
        "import { fieldOf } from './field.js';\n\nexport function groupBy(rows, name) {\n  const groups = new Map();\n  for (const row of rows) {\n    const key = fieldOf(row, name);\n    groups.set(key, [...(groups.get(key) ?? []), row]);\n  }\n  return groups;\n}\n\nexport function summarize(rows, name) {\n  const values = rows.map((row) => fieldOf(row, name)).filter((value) => typeof value === 'number');\n  if (values.length === 0) return { count: 0, sum: 0, mean: null, max: null };\n  const sum = values.reduce((total, value) => total + value, 0);\n  return { count: values.length, sum, mean: sum / values.length, max: Math.max(...values) };\n}\n",
      faults: [
        { name: 'mean over all rows', edits: [['mean: sum / values.length', 'mean: sum / rows.length']] },
        {
          name: 'mean of nothing is zero',
          edits: [['mean: null, max: null', 'mean: 0, max: 0']],
          belief: {
            name: 'summarize of nothing',
            code: "assert.deepEqual(summarize([], 'a'), { count: 0, sum: 0, mean: 0, max: 0 });",
          },
        },
        {
          name: 'an object instead of a map',
          edits: [
            ['const groups = new Map();', 'const groups = {};'],
            ['groups.set(key, [...(groups.get(key) ?? []), row]);', 'groups[key] = [...(groups[key] ?? []), row];'],
          ],
        },
        { name: 'maximum from zero', edits: [['Math.max(...values)', 'Math.max(0, ...values)']] },
        { name: 'counts all rows', edits: [['count: values.length, sum', 'count: rows.length, sum']] },
      ],
      existing: [],
      likely: [
        {
          name: 'groupBy makes groups',
          code: "assert.deepEqual([...groupBy([{ a: 1, b: 1 }, { a: 2, b: 2 }, { a: 1, b: 3 }], 'a').keys()], [1, 2]);",
        },
        {
          name: 'groupBy keeps the rows',
          code: "assert.equal(groupBy([{ a: 1, b: 1 }, { a: 1, b: 3 }], 'a').get(1).length, 2);",
        },
        {
          name: 'summarize adds up',
          code: "assert.deepEqual(summarize([{ a: 1 }, { a: 3 }], 'a'), { count: 2, sum: 4, mean: 2, max: 3 });",
        },
        {
          name: 'summarize leaves out what is no number',
          code: "assert.equal(summarize([{ a: 1 }, { a: 'x' }], 'a').count, 1);",
        },
        { name: 'summarize of no rows', code: "assert.equal(summarize([], 'a').mean, null);" },
      ],
      heldOut: [
        "summarize([{ n: 2 }, { n: null }, { n: 4 }], 'n')",
        "summarize([{}], 'n')",
        "summarize([{ n: -7 }], 'n')",
        "groupBy([{ k: 'b' }, { k: 'a' }, { k: 'b', l: 1 }], 'k')",
        "groupBy([{ k: 2 }, { k: 1 }], 'k')",
      ],
      corners: [
        {
          name: 'summary of negatives',
          code: "assert.deepEqual(summarize([{ a: -1 }, { a: -3 }, {}], 'a'), { count: 2, sum: -4, mean: -2, max: -1 });",
        },
      ],
    },
  },
};
