// State: a bounded cache, a memo, an event hub, undo history.
import type { Project } from '../project.ts';

export const store: Project = {
  name: 'store',
  files: {
    'src/key.js': {
      exports: ['keyOf'],
      base: 'export function keyOf(value) {\n  return String(value);\n}\n',
      right:
        "export function keyOf(value) {\n  if (Array.isArray(value)) return `[${value.map(keyOf).join(',')}]`;\n  if (value !== null && typeof value === 'object') {\n    const fields = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${keyOf(value[name])}`);\n    return `{${fields.join(',')}}`;\n  }\n  return typeof value === 'string' ? JSON.stringify(value) : String(value);\n}\n",
      faults: [
        { name: 'order of fields matters', edits: [['Object.keys(value).sort()', 'Object.keys(value)']] },
        {
          name: '1 is "1"',
          edits: [["typeof value === 'string' ? JSON.stringify(value) : String(value)", 'String(value)']],
        },
        { name: 'lists are plain', edits: [["`[${value.map(keyOf).join(',')}]`", "value.map(keyOf).join(',')"]] },
        { name: 'crashes on null', edits: [['value !== null && typeof', 'typeof']] },
        { name: 'nested objects alike', edits: [['${keyOf(value[name])}', '${value[name]}']] },
      ],
      existing: [{ name: 'keyOf tells numbers apart', code: 'assert.notEqual(keyOf(1), keyOf(2));' }],
      likely: [
        {
          name: 'keyOf ignores the order of fields',
          code: 'assert.equal(keyOf({ a: 1, b: 2 }), keyOf({ b: 2, a: 1 }));',
        },
        { name: 'keyOf tells 1 from "1"', code: "assert.notEqual(keyOf(1), keyOf('1'));" },
        { name: 'keyOf looks into objects', code: 'assert.notEqual(keyOf({ a: { b: 1 } }), keyOf({ a: { b: 2 } }));' },
        { name: 'keyOf accepts null', code: 'assert.equal(keyOf(null), keyOf(null));' },
      ],
      heldOut: [
        'keyOf({ x: [1], y: 2 }) === keyOf({ y: 2, x: [1] })',
        "keyOf(true) === keyOf('true')",
        'keyOf([[5], 6]) === keyOf([5, 6])',
        'keyOf([null]) === keyOf([undefined])',
        'keyOf({ p: { q: [1] } }) === keyOf({ p: { q: [2] } })',
      ],
      corners: [
        {
          name: 'keys of lists',
          code: "assert.notEqual(keyOf([1, [2, 3]]), keyOf([[1, 2], 3])); assert.notEqual(keyOf([]), keyOf('')); assert.notEqual(keyOf(undefined), keyOf('undefined'));",
        },
      ],
    },
    'src/cache.js': {
      exports: ['createCache'],
      base: 'export function createCache() {\n  const entries = new Map();\n  return {\n    get: (key) => entries.get(key),\n    set: (key, value) => void entries.set(key, value),\n    get size() {\n      return entries.size;\n    },\n  };\n}\n',
      right:
        'export function createCache({ max = Infinity, ttl = Infinity, now = Date.now } = {}) {\n  const entries = new Map();\n  const fresh = (entry) => entry !== undefined && now() - entry.at < ttl;\n  return {\n    get(key) {\n      const entry = entries.get(key);\n      if (!fresh(entry)) {\n        entries.delete(key);\n        return undefined;\n      }\n      entries.delete(key);\n      entries.set(key, entry);\n      return entry.value;\n    },\n    has: (key) => fresh(entries.get(key)),\n    set(key, value) {\n      entries.delete(key);\n      entries.set(key, { value, at: now() });\n      if (entries.size > max) entries.delete(entries.keys().next().value);\n    },\n    get size() {\n      return [...entries.values()].filter(fresh).length;\n    },\n  };\n}\n',
      faults: [
        {
          name: 'first in, first out',
          edits: [
            [
              '      entries.delete(key);\n      entries.set(key, entry);\n      return entry.value;',
              '      return entry.value;',
            ],
          ],
          belief: {
            name: 'createCache drops the oldest entry',
            code: "const cache = createCache({ max: 2 });\n  cache.set('a', 1);\n  cache.set('b', 2);\n  cache.get('a');\n  cache.set('c', 3);\n  assert.equal(cache.get('a'), undefined);",
          },
        },
        { name: 'one too few', edits: [['entries.size > max', 'entries.size >= max']] },
        { name: 'lives one tick longer', edits: [['now() - entry.at < ttl', 'now() - entry.at <= ttl']] },
        { name: 'reading renews', edits: [['entries.set(key, entry);', 'entries.set(key, { ...entry, at: now() });']] },
        { name: 'size counts the dead', edits: [['[...entries.values()].filter(fresh).length', 'entries.size']] },
        {
          name: 'writing keeps the old place',
          edits: [['    set(key, value) {\n      entries.delete(key);\n', '    set(key, value) {\n']],
        },
      ],
      existing: [
        {
          name: 'createCache keeps values',
          code: "const cache = createCache();\n  cache.set('a', 1);\n  assert.equal(cache.get('a'), 1);\n  assert.equal(cache.size, 1);",
        },
      ],
      likely: [
        {
          name: 'createCache is bounded',
          code: "const cache = createCache({ max: 2 });\n  for (const key of ['a', 'b', 'c']) cache.set(key, 1);\n  assert.equal(cache.size, 2);\n  assert.equal(cache.get('a'), undefined);",
        },
        {
          name: 'createCache keeps what was read lately',
          code: "const cache = createCache({ max: 2 });\n  cache.set('a', 1);\n  cache.set('b', 2);\n  cache.get('a');\n  cache.set('c', 3);\n  assert.equal(cache.get('a'), 1);\n  assert.equal(cache.get('b'), undefined);",
        },
        {
          name: 'createCache forgets in time',
          code: "let at = 0;\n  const cache = createCache({ ttl: 10, now: () => at });\n  cache.set('a', 1);\n  at = 11;\n  assert.equal(cache.get('a'), undefined);",
        },
        {
          name: 'createCache has',
          code: "const cache = createCache();\n  cache.set('a', undefined);\n  assert.equal(cache.has('a'), true);\n  assert.equal(cache.has('b'), false);",
        },
      ],
      heldOut: [
        '(() => {\n  const cache = createCache({ max: 3 });\n  for (const key of [1, 2, 3]) cache.set(key, key);\n  cache.get(1);\n  cache.set(4, 4);\n  return [1, 2, 3, 4].map((key) => cache.get(key));\n})()',
        "(() => {\n  let at = 0;\n  const cache = createCache({ ttl: 5, now: () => at });\n  cache.set('k', 1);\n  at = 5;\n  return [cache.size, cache.has('k'), cache.get('k')];\n})()",
        "(() => {\n  let at = 0;\n  const cache = createCache({ ttl: 5, now: () => at });\n  cache.set('k', 1);\n  at = 3;\n  cache.get('k');\n  at = 6;\n  return cache.get('k');\n})()",
        "(() => {\n  const cache = createCache({ max: 2 });\n  for (const key of ['p', 'q', 'p', 'r']) cache.set(key, key);\n  return ['p', 'q', 'r'].map((key) => cache.has(key));\n})()",
      ],
      corners: [
        {
          name: 'cache ends at its ttl',
          code: "let at = 0;\n  const cache = createCache({ ttl: 10, now: () => at });\n  cache.set('a', 1);\n  at = 6;\n  cache.get('a');\n  at = 10;\n  assert.equal(cache.size, 0);\n  assert.equal(cache.has('a'), false);",
        },
        {
          name: 'cache writing refreshes',
          code: "const cache = createCache({ max: 2 });\n  cache.set('a', 1);\n  cache.set('b', 2);\n  cache.set('a', 3);\n  cache.set('c', 4);\n  assert.equal(cache.get('b'), undefined);\n  assert.equal(cache.get('a'), 3);",
        },
      ],
    },
    'src/memo.js': {
      exports: ['memoize'],
      base: null,
      right:
        "import { keyOf } from './key.js';\n\nexport function memoize(fn) {\n  const known = new Map();\n  return (...args) => {\n    const key = keyOf(args);\n    if (known.has(key)) return known.get(key);\n    const result = fn(...args);\n    known.set(key, result);\n    // A promise that fails is not kept: the next call tries again.\n    if (typeof result?.then === 'function') result.then(undefined, () => known.delete(key));\n    return result;\n  };\n}\n",
      faults: [
        {
          name: 'failures are kept',
          edits: [
            [
              "    // A promise that fails is not kept: the next call tries again.\n    if (typeof result?.then === 'function') result.then(undefined, () => known.delete(key));\n",
              '',
            ],
          ],
        },
        { name: 'first argument only', edits: [['keyOf(args)', 'keyOf(args[0])']] },
        { name: 'undefined is not remembered', edits: [['known.has(key)', 'known.get(key) !== undefined']] },
        { name: 'falsy is not remembered', edits: [['known.has(key)', 'known.get(key)']] },
        {
          name: 'waits for promises',
          edits: [['return (...args) => {', 'return async (...args) => {']],
          belief: { name: 'memoize gives promises', code: 'assert.ok(memoize(() => 1)() instanceof Promise);' },
        },
      ],
      existing: [],
      likely: [
        {
          name: 'memoize calls once',
          code: 'let calls = 0;\n  const f = memoize((n) => (calls++, n * 2));\n  assert.equal(f(2), 4);\n  assert.equal(f(2), 4);\n  assert.equal(calls, 1);',
        },
        {
          name: 'memoize looks at all arguments',
          code: 'const f = memoize((a, b) => a + b);\n  assert.equal(f(1, 2), 3);\n  assert.equal(f(1, 3), 4);',
        },
        {
          name: 'memoize remembers zero',
          code: 'let calls = 0;\n  const f = memoize(() => (calls++, 0));\n  f();\n  f();\n  assert.equal(calls, 1);',
        },
        {
          name: 'memoize tries again after a failure',
          code: "let calls = 0;\n  const f = memoize(async () => {\n    calls++;\n    throw new Error('no');\n  });\n  await assert.rejects(f());\n  await assert.rejects(f());\n  assert.equal(calls, 2);",
        },
      ],
      heldOut: [
        "(async () => {\n  let calls = 0;\n  const f = memoize(async () => {\n    if (calls++ === 0) throw new Error('x');\n    return 'ok';\n  });\n  await f().catch(() => {});\n  return f().catch(() => 'failed');\n})()",
        "(() => {\n  const f = memoize((a, b) => `${a}${b}`);\n  return [f('p', 1), f('p', 2)];\n})()",
        "(() => {\n  let calls = 0;\n  const f = memoize(() => void calls++);\n  f('q');\n  f('q');\n  f('r');\n  return calls;\n})()",
        "(() => {\n  let calls = 0;\n  const f = memoize(() => {\n    calls++;\n    return '';\n  });\n  f();\n  f();\n  return calls;\n})()",
      ],
      corners: [
        {
          name: 'memo of undefined',
          code: 'let calls = 0;\n  const f = memoize(() => void calls++);\n  f();\n  f();\n  assert.equal(calls, 1);',
        },
      ],
    },
    'src/events.js': {
      exports: ['createHub'],
      base: 'export function createHub() {\n  const listeners = {};\n  return {\n    on(name, listener) {\n      (listeners[name] ??= []).push(listener);\n    },\n    emit(name, value) {\n      for (const listener of listeners[name] ?? []) listener(value);\n    },\n  };\n}\n',
      right:
        'export function createHub() {\n  const listeners = new Map();\n  const off = (name, entry) => listeners.set(name, (listeners.get(name) ?? []).filter((each) => each !== entry));\n  const add = (name, listener, once) => {\n    const entry = { listener, once };\n    listeners.set(name, [...(listeners.get(name) ?? []), entry]);\n    return () => void off(name, entry);\n  };\n  return {\n    on: (name, listener) => add(name, listener, false),\n    once: (name, listener) => add(name, listener, true),\n    emit(name, value) {\n      const errors = [];\n      const called = listeners.get(name) ?? [];\n      for (const entry of called) {\n        if (entry.once) off(name, entry);\n        try {\n          entry.listener(value);\n        } catch (error) {\n          errors.push(error);\n        }\n      }\n      if (errors.length > 0) throw errors[0];\n      return called.length > 0;\n    },\n  };\n}\n',
      faults: [
        {
          name: 'a failing listener stops the others',
          edits: [
            [
              '        try {\n          entry.listener(value);\n        } catch (error) {\n          errors.push(error);\n        }',
              '        entry.listener(value);',
            ],
          ],
          belief: {
            name: 'createHub stops at a failing listener',
            code: "const hub = createHub();\n  let called = false;\n  hub.on('x', () => {\n    throw new Error('no');\n  });\n  hub.on('x', () => (called = true));\n  assert.throws(() => hub.emit('x'));\n  assert.equal(called, false);",
          },
        },
        { name: 'removes every listener like it', edits: [['each !== entry', 'each.listener !== entry.listener']] },
        {
          name: 'once is called while it emits',
          edits: [
            [
              '        if (entry.once) off(name, entry);\n        try {\n          entry.listener(value);',
              '        try {\n          entry.listener(value);\n          if (entry.once) off(name, entry);',
            ],
          ],
        },
        { name: 'swallows errors', edits: [['      if (errors.length > 0) throw errors[0];\n', '']] },
        { name: 'no answer', edits: [['      return called.length > 0;\n', '']] },
        { name: 'once never ends', edits: [['add(name, listener, true)', 'add(name, listener, false)']] },
      ],
      existing: [
        {
          name: 'createHub calls listeners',
          code: "const hub = createHub();\n  const seen = [];\n  hub.on('x', (value) => seen.push(value));\n  hub.emit('x', 1);\n  assert.deepEqual(seen, [1]);",
        },
      ],
      likely: [
        {
          name: 'createHub takes listeners off',
          code: "const hub = createHub();\n  let calls = 0;\n  const off = hub.on('x', () => calls++);\n  off();\n  hub.emit('x');\n  assert.equal(calls, 0);",
        },
        {
          name: 'createHub calls once',
          code: "const hub = createHub();\n  let calls = 0;\n  hub.once('x', () => calls++);\n  hub.emit('x');\n  hub.emit('x');\n  assert.equal(calls, 1);",
        },
        {
          name: 'createHub calls the others when one fails',
          code: "const hub = createHub();\n  let called = false;\n  hub.on('x', () => {\n    throw new Error('no');\n  });\n  hub.on('x', () => (called = true));\n  assert.throws(() => hub.emit('x'), /no/);\n  assert.equal(called, true);",
        },
        {
          name: 'createHub says whether anyone listened',
          code: "const hub = createHub();\n  assert.equal(hub.emit('x'), false);\n  hub.on('x', () => {});\n  assert.equal(hub.emit('x'), true);",
        },
      ],
      heldOut: [
        "(() => {\n  const hub = createHub();\n  const seen = [];\n  hub.on('e', () => {\n    throw new Error('bad');\n  });\n  hub.on('e', (value) => seen.push(value));\n  try {\n    hub.emit('e', 7);\n  } catch (error) {\n    seen.push(error.message);\n  }\n  return seen;\n})()",
        "(() => {\n  const hub = createHub();\n  const seen = [];\n  const note = (value) => seen.push(value);\n  hub.on('e', note);\n  hub.on('e', note)();\n  hub.emit('e', 1);\n  return seen;\n})()",
        "(() => {\n  const hub = createHub();\n  let calls = 0;\n  hub.once('e', () => {\n    calls++;\n    if (calls < 4) hub.emit('e');\n  });\n  hub.emit('e');\n  hub.emit('e');\n  return calls;\n})()",
        "(() => {\n  const hub = createHub();\n  const before = hub.emit('e');\n  hub.on('e', () => undefined);\n  return [before, hub.emit('e'), hub.emit('f')];\n})()",
      ],
      corners: [
        {
          name: 'hub keeps the same listener twice',
          code: "const hub = createHub();\n  let calls = 0;\n  const count = () => calls++;\n  const off = hub.on('x', count);\n  hub.on('x', count);\n  off();\n  hub.emit('x');\n  assert.equal(calls, 1);",
        },
        {
          name: 'hub once inside itself',
          code: "const hub = createHub();\n  let calls = 0;\n  hub.once('x', () => {\n    if (++calls < 5) hub.emit('x');\n  });\n  hub.emit('x');\n  assert.equal(calls, 1);",
        },
      ],
    },
  },
};
