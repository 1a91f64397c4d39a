// Parts of a small web server: query strings, paths, headers, cookies.
import type { Project } from '../project.ts';

export const web: Project = {
  name: 'web',
  files: {
    'src/decode.js': {
      exports: ['decode'],
      base: 'export function decode(text) {\n  return decodeURIComponent(text);\n}\n',
      right:
        "export function decode(text, { plus = false } = {}) {\n  const spaced = plus ? text.replaceAll('+', ' ') : text;\n  try {\n    return decodeURIComponent(spaced);\n  } catch {\n    return spaced;\n  }\n}\n",
      faults: [
        {
          name: 'throws on bad escapes',
          edits: [
            [
              '  try {\n    return decodeURIComponent(spaced);\n  } catch {\n    return spaced;\n  }',
              '  return decodeURIComponent(spaced);',
            ],
          ],
        },
        { name: 'first plus only', edits: [["replaceAll('+', ' ')", "replace('+', ' ')"]] },
        {
          name: 'plus is always a space',
          edits: [["plus ? text.replaceAll('+', ' ') : text", "text.replaceAll('+', ' ')"]],
          belief: { name: 'decode turns plus into spaces', code: "assert.equal(decode('a+b'), 'a b');" },
        },
        {
          name: 'plus after decoding',
          edits: [
            ["const spaced = plus ? text.replaceAll('+', ' ') : text;", 'const spaced = text;'],
            [
              'return decodeURIComponent(spaced);',
              "const decoded = decodeURIComponent(spaced);\n    return plus ? decoded.replaceAll('+', ' ') : decoded;",
            ],
          ],
        },
      ],
      existing: [{ name: 'decode decodes', code: "assert.equal(decode('a%20b'), 'a b');" }],
      likely: [
        { name: 'decode leaves bad escapes', code: "assert.equal(decode('100%'), '100%');" },
        { name: 'decode can read plus signs', code: "assert.equal(decode('a+b', { plus: true }), 'a b');" },
        { name: 'decode leaves plus signs', code: "assert.equal(decode('a+b'), 'a+b');" },
      ],
      heldOut: [
        "decode('%E0%A4%A')",
        "decode('1+1=2')",
        "decode('x+y+z', { plus: true })",
        "decode('1%2B1+2', { plus: true })",
        "decode('%41%42')",
      ],
      corners: [
        {
          name: 'escaped plus',
          code: "assert.equal(decode('a+b+c%2B', { plus: true }), 'a b c+'); assert.equal(decode('%zz'), '%zz');",
        },
      ],
    },
    'src/query.js': {
      exports: ['parseQuery', 'buildQuery'],
      base: "export function parseQuery(text) {\n  return Object.fromEntries(text.split('&').map((pair) => pair.split('=')));\n}\n",
      right:
        "import { decode } from './decode.js';\n\nexport function parseQuery(text) {\n  const query = Object.create(null);\n  for (const pair of text.replace(/^\\?/, '').split('&')) {\n    if (pair === '') continue;\n    const at = pair.indexOf('=');\n    const name = decode(at < 0 ? pair : pair.slice(0, at), { plus: true });\n    const value = at < 0 ? '' : decode(pair.slice(at + 1), { plus: true });\n    if (name in query) query[name] = [].concat(query[name], value);\n    else query[name] = value;\n  }\n  return { ...query };\n}\n\nexport function buildQuery(values) {\n  const pairs = [];\n  for (const [name, value] of Object.entries(values)) {\n    for (const each of [value].flat()) {\n      if (each !== undefined && each !== null) pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(each)}`);\n    }\n  }\n  return pairs.join('&');\n}\n",
      faults: [
        {
          name: 'value ends at the second equals sign',
          edits: [
            [
              "const at = pair.indexOf('=');",
              "const at = pair.indexOf('=');\n    const end = pair.indexOf('=', at + 1);",
            ],
            ['pair.slice(at + 1)', 'pair.slice(at + 1, end < 0 ? undefined : end)'],
          ],
        },
        {
          name: 'last one wins',
          edits: [
            [
              'if (name in query) query[name] = [].concat(query[name], value);\n    else query[name] = value;',
              'query[name] = value;',
            ],
          ],
          belief: { name: 'parseQuery takes the last value', code: "assert.equal(parseQuery('a=1&a=2').a, '2');" },
        },
        { name: 'question mark stays', edits: [["text.replace(/^\\?/, '')", 'text']] },
        { name: 'empty pairs', edits: [["    if (pair === '') continue;\n", '']] },
        {
          name: 'null is written',
          edits: [['if (each !== undefined && each !== null) pairs', 'if (each !== undefined) pairs']],
        },
        { name: 'zero is left out', edits: [['if (each !== undefined && each !== null) pairs', 'if (each) pairs']] },
        { name: 'names are not encoded', edits: [['${encodeURIComponent(name)}', '${name}']] },
      ],
      existing: [
        { name: 'parseQuery reads pairs', code: "assert.deepEqual(parseQuery('a=1&b=2'), { a: '1', b: '2' });" },
      ],
      likely: [
        { name: 'parseQuery decodes', code: "assert.deepEqual(parseQuery('a=x%20y'), { a: 'x y' });" },
        {
          name: 'parseQuery collects repeated names',
          code: "assert.deepEqual(parseQuery('a=1&a=2'), { a: ['1', '2'] });",
        },
        { name: 'parseQuery ignores the question mark', code: "assert.deepEqual(parseQuery('?a=1'), { a: '1' });" },
        { name: 'parseQuery of nothing', code: "assert.deepEqual(parseQuery(''), {});" },
        { name: 'buildQuery writes pairs', code: "assert.equal(buildQuery({ a: 1, b: ['x', 'y'] }), 'a=1&b=x&b=y');" },
        { name: 'buildQuery leaves out undefined', code: "assert.equal(buildQuery({ a: undefined, b: 1 }), 'b=1');" },
      ],
      heldOut: [
        "parseQuery('t=x=y=z')",
        "parseQuery('k=1&k=2&k=3')",
        "parseQuery('?p=1&q=')",
        "parseQuery('&p=1&&')",
        "buildQuery({ p: null, q: 'r' })",
        'buildQuery({ n: 0, f: false })',
        "buildQuery({ 'x&y': '1' })",
        "parseQuery('n+m=1+2')",
      ],
      corners: [
        { name: 'query with equals signs', code: "assert.deepEqual(parseQuery('a=b=c&d'), { a: 'b=c', d: '' });" },
        {
          name: 'query built with zero, null and odd names',
          code: "assert.equal(buildQuery({ 'a b': 0, c: null }), 'a%20b=0');",
        },
      ],
    },
    'src/path.js': {
      exports: ['compilePath'],
      base: 'export function compilePath(pattern) {\n  return (path) => (path === pattern ? {} : null);\n}\n',
      right:
        "import { decode } from './decode.js';\n\nexport function compilePath(pattern) {\n  const names = [];\n  const source = pattern.replace(/\\/$/, '').replace(/[.+^$()|[\\]{}\\\\]/g, '\\\\$&').replace(/:(\\w+)|\\*/g, (all, name) => {\n    names.push(name ?? 'rest');\n    return all === '*' ? '(.*)' : '([^/]+)';\n  });\n  const expression = new RegExp(`^${source}/?$`);\n  return (path) => {\n    const match = expression.exec(path);\n    return match && Object.fromEntries(names.map((name, index) => [name, decode(match[index + 1])]));\n  };\n}\n",
      faults: [
        { name: 'dots match anything', edits: [[".replace(/[.+^$()|[\\]{}\\\\]/g, '\\\\$&')", '']] },
        { name: 'parameters take slashes', edits: [["'([^/]+)'", "'(.+)'"]] },
        { name: 'no slash at the end', edits: [['}/?$`', '}$`']] },
        { name: 'parameters stay encoded', edits: [['decode(match[index + 1])', 'match[index + 1]']] },
        { name: 'matches the beginning', edits: [['}/?$`', '}/?`']] },
        {
          name: 'parameters may be empty',
          edits: [["'([^/]+)'", "'([^/]*)'"]],
          belief: {
            name: 'compilePath accepts an empty parameter',
            code: "assert.deepEqual(compilePath('/u/:id')('/u/'), { id: '' });",
          },
        },
      ],
      existing: [
        { name: 'compilePath matches', code: "assert.deepEqual(compilePath('/a')('/a'), {});" },
        { name: 'compilePath does not match', code: "assert.equal(compilePath('/a')('/b'), null);" },
      ],
      likely: [
        { name: 'compilePath reads parameters', code: "assert.deepEqual(compilePath('/u/:id')('/u/7'), { id: '7' });" },
        {
          name: 'compilePath keeps parameters in their part',
          code: "assert.equal(compilePath('/u/:id')('/u/7/x'), null);",
        },
        { name: 'compilePath allows a slash at the end', code: "assert.deepEqual(compilePath('/u')('/u/'), {});" },
        {
          name: 'compilePath takes the rest',
          code: "assert.deepEqual(compilePath('/f/*')('/f/a/b'), { rest: 'a/b' });",
        },
        {
          name: 'compilePath decodes parameters',
          code: "assert.deepEqual(compilePath('/u/:n')('/u/a%20b'), { n: 'a b' });",
        },
        { name: 'compilePath wants a parameter', code: "assert.equal(compilePath('/u/:id')('/u/'), null);" },
      ],
      heldOut: [
        "compilePath('/v1.2')('/v1x2')",
        "compilePath('/a/:x/b')('/a/1/2/b')",
        "compilePath('/a/:x')('/a/1/')",
        "compilePath('/p/:q')('/p/%C3%A9')",
        "compilePath('/a')('/ab')",
        "compilePath('/a/:x/b')('/a//b')",
        "compilePath('/files/*')('/files/')",
      ],
      corners: [
        {
          name: 'path with dots',
          code: "assert.equal(compilePath('/a.json')('/axjson'), null); assert.deepEqual(compilePath('/u/:id/')('/u/1'), { id: '1' });",
        },
      ],
    },
    'src/cookies.js': {
      exports: ['parseCookies', 'serializeCookie'],
      base: null,
      right:
        "import { decode } from './decode.js';\n\nexport function parseCookies(header) {\n  const cookies = {};\n  for (const part of header.split(';')) {\n    const at = part.indexOf('=');\n    if (at < 0) continue;\n    const name = part.slice(0, at).trim();\n    if (name === '' || Object.hasOwn(cookies, name)) continue;\n    cookies[name] = decode(part.slice(at + 1).trim().replace(/^\"(.*)\"$/, '$1'));\n  }\n  return cookies;\n}\n\nexport function serializeCookie(name, value, { maxAge, httpOnly = false, path = '/' } = {}) {\n  if (!/^[\\w!#$%&'*.^`|~+-]+$/.test(name)) throw new TypeError(`bad cookie name: ${name}`);\n  const parts = [`${name}=${encodeURIComponent(value)}`, `Path=${path}`];\n  if (maxAge !== undefined) parts.push(`Max-Age=${Math.floor(maxAge)}`);\n  if (httpOnly) parts.push('HttpOnly');\n  return parts.join('; ');\n}\n",
      faults: [
        {
          name: 'last one wins',
          edits: [[' || Object.hasOwn(cookies, name)', '']],
          belief: { name: 'parseCookies takes the last value', code: "assert.equal(parseCookies('a=1; a=2').a, '2');" },
        },
        { name: 'quotes stay', edits: [['.replace(/^"(.*)"$/, \'$1\')', '']] },
        { name: 'age of zero is left out', edits: [['if (maxAge !== undefined)', 'if (maxAge)']] },
        {
          name: 'any name goes',
          edits: [
            ["  if (!/^[\\w!#$%&'*.^`|~+-]+$/.test(name)) throw new TypeError(`bad cookie name: ${name}`);\n", ''],
          ],
        },
        { name: 'values are not encoded', edits: [['encodeURIComponent(value)', 'value']] },
        { name: 'value ends at an equals sign', edits: [['part.slice(at + 1).trim()', "part.split('=')[1].trim()"]] },
      ],
      existing: [],
      likely: [
        { name: 'parseCookies reads cookies', code: "assert.deepEqual(parseCookies('a=1; b=2'), { a: '1', b: '2' });" },
        { name: 'parseCookies takes the first value', code: "assert.deepEqual(parseCookies('a=1; a=2'), { a: '1' });" },
        { name: 'parseCookies takes off quotes', code: "assert.deepEqual(parseCookies('a=\"x\"'), { a: 'x' });" },
        {
          name: 'serializeCookie writes attributes',
          code: "assert.equal(serializeCookie('a', 'b', { httpOnly: true }), 'a=b; Path=/; HttpOnly');",
        },
        { name: 'serializeCookie encodes', code: "assert.equal(serializeCookie('a', 'x y'), 'a=x%20y; Path=/');" },
        {
          name: 'serializeCookie refuses bad names',
          code: "assert.throws(() => serializeCookie('a b', ''), TypeError);",
        },
      ],
      heldOut: [
        "parseCookies('s=one; s=two; t=3')",
        'parseCookies(\'q="v w"\')',
        "serializeCookie('s', 't', { maxAge: 0, httpOnly: true })",
        "serializeCookie('s;', 't')",
        "serializeCookie('s', 'a;b')",
        "parseCookies('k=v=w=')",
        "serializeCookie('s', 'é', { path: '/x' })",
        "parseCookies('; novalue; a = 1')",
      ],
      corners: [
        {
          name: 'cookies with zero age and equals signs',
          code: "assert.equal(serializeCookie('a', 'b', { maxAge: 0 }), 'a=b; Path=/; Max-Age=0'); assert.deepEqual(parseCookies('t=a=b; x'), { t: 'a=b' });",
        },
      ],
    },
  },
};
