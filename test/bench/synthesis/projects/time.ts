// Durations, days, ranges, schedules. Times are milliseconds, days are `YYYY-MM-DD` in UTC.
import type { Project } from '../project.ts';

export const time: Project = {
  name: 'time',
  files: {
    'src/duration.js': {
      exports: ['parseDuration', 'formatDuration'],
      base: 'export function parseDuration(text) {\n  return Number(text) * 1000;\n}\n\nexport function formatDuration(ms) {\n  return `${ms / 1000}s`;\n}\n',
      right:
        "const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };\n\nexport function parseDuration(text) {\n  if (/^\\d+$/.test(text)) return Number(text) * 1000;\n  if (!/^(\\d+(\\.\\d+)?[dhms]\\s*)+$/.test(text)) throw new RangeError(`not a duration: ${text}`);\n  let total = 0;\n  for (const [, amount, unit] of text.matchAll(/(\\d+(?:\\.\\d+)?)([dhms])/g)) total += Number(amount) * UNITS[unit];\n  return total;\n}\n\nexport function formatDuration(ms) {\n  let rest = Math.abs(ms);\n  const parts = [];\n  for (const [unit, size] of Object.entries(UNITS)) {\n    const count = unit === 's' ? rest / size : Math.floor(rest / size);\n    if (count > 0) parts.push(`${count}${unit}`);\n    rest -= Math.floor(count) * size;\n  }\n  return (ms < 0 ? '-' : '') + (parts.join(' ') || '0s');\n}\n",
      faults: [
        { name: 'last part wins', edits: [['total += Number(amount)', 'total = Number(amount)']] },
        { name: 'no fractions', edits: [['matchAll(/(\\d+(?:\\.\\d+)?)([dhms])/g)', 'matchAll(/(\\d+)([dhms])/g)']] },
        {
          name: 'nothing for nonsense',
          edits: [['throw new RangeError(`not a duration: ${text}`)', 'return 0']],
          belief: { name: 'parseDuration gives 0 for text', code: "assert.equal(parseDuration('soon'), 0);" },
        },
        { name: 'zero is empty', edits: [["(parts.join(' ') || '0s')", "parts.join(' ')"]] },
        { name: 'no days', edits: [['d: 86_400_000, ', '']] },
        { name: 'negative durations', edits: [["(ms < 0 ? '-' : '') + ", '']] },
      ],
      existing: [{ name: 'parseDuration reads seconds', code: "assert.equal(parseDuration('90'), 90000);" }],
      likely: [
        { name: 'parseDuration reads units', code: "assert.equal(parseDuration('2m'), 120000);" },
        { name: 'parseDuration adds parts', code: "assert.equal(parseDuration('1h 30m'), 5400000);" },
        { name: 'parseDuration refuses nonsense', code: "assert.throws(() => parseDuration('soon'), RangeError);" },
        { name: 'parseDuration reads days', code: "assert.equal(parseDuration('1d'), 86400000);" },
        { name: 'formatDuration writes parts', code: "assert.equal(formatDuration(3661000), '1h 1m 1s');" },
        { name: 'formatDuration of zero', code: "assert.equal(formatDuration(0), '0s');" },
      ],
      heldOut: [
        "parseDuration('2d 3h')",
        "parseDuration('0.5m')",
        "parseDuration('tomorrow')",
        "parseDuration('1h 1m 1s')",
        'formatDuration(-0)',
        'formatDuration(93784000)',
        'formatDuration(-3600000)',
        "parseDuration('15')",
      ],
      corners: [
        { name: 'fraction of an hour', code: "assert.equal(parseDuration('1.5h'), 5400000);" },
        {
          name: 'negative and long',
          code: "assert.equal(formatDuration(-90000), '-1m 30s'); assert.equal(formatDuration(172800000), '2d');",
        },
      ],
    },
    'src/days.js': {
      exports: ['toUtc', 'addDays', 'daysBetween'],
      base: 'export function toUtc(day) {\n  return Date.parse(day);\n}\n\nexport function addDays(day, count) {\n  return new Date(toUtc(day) + count * 86_400_000).toISOString().slice(0, 10);\n}\n',
      right:
        'const DAY = 86_400_000;\n\nexport function toUtc(day) {\n  const match = /^(\\d{4})-(\\d{2})-(\\d{2})$/.exec(day);\n  const time = match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) : NaN;\n  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day) throw new RangeError(`not a day: ${day}`);\n  return time;\n}\n\nexport function addDays(day, count) {\n  return new Date(toUtc(day) + count * DAY).toISOString().slice(0, 10);\n}\n\nexport function daysBetween(from, to) {\n  return Math.round((toUtc(to) - toUtc(from)) / DAY);\n}\n',
      faults: [
        { name: '31 February is a day', edits: [[' || new Date(time).toISOString().slice(0, 10) !== day', '']] },
        {
          name: 'always positive',
          edits: [['Math.round((toUtc(to)', 'Math.abs((toUtc(to)']],
          belief: {
            name: 'daysBetween ignores the order',
            code: "assert.equal(daysBetween('2024-01-05', '2024-01-01'), 4);",
          },
        },
        {
          name: 'both ends count',
          edits: [['- toUtc(from)) / DAY)', '- toUtc(from)) / DAY) + 1']],
          belief: {
            name: 'daysBetween counts both ends',
            code: "assert.equal(daysBetween('2024-01-01', '2024-01-02'), 2);",
          },
        },
        {
          name: 'months from 1',
          edits: [
            ['Number(match[2]) - 1, Number', 'Number(match[2]), Number'],
            [' || new Date(time).toISOString().slice(0, 10) !== day', ''],
          ],
        },
      ],
      existing: [{ name: 'addDays crosses a month', code: "assert.equal(addDays('2024-01-31', 1), '2024-02-01');" }],
      likely: [
        { name: 'daysBetween counts', code: "assert.equal(daysBetween('2024-01-01', '2024-01-05'), 4);" },
        { name: 'daysBetween goes back', code: "assert.equal(daysBetween('2024-01-05', '2024-01-01'), -4);" },
        { name: 'daysBetween knows leap years', code: "assert.equal(daysBetween('2024-02-28', '2024-03-01'), 2);" },
        { name: 'addDays goes back', code: "assert.equal(addDays('2024-03-01', -1), '2024-02-29');" },
        { name: 'toUtc refuses what is no day', code: "assert.throws(() => toUtc('tomorrow'), RangeError);" },
      ],
      heldOut: [
        "toUtc('2023-04-31')",
        "daysBetween('2024-12-31', '2024-12-25')",
        "daysBetween('2023-12-30', '2024-01-02')",
        "toUtc('2024-07-04')",
        "addDays('2024-12-31', 1)",
        "toUtc('2024-1-1')",
      ],
      corners: [
        {
          name: 'no 31 February',
          code: "assert.throws(() => addDays('2023-02-31', 1), RangeError); assert.equal(toUtc('1970-01-02'), 86400000);",
        },
      ],
    },
    'src/range.js': {
      exports: ['mergeRanges', 'overlaps'],
      base: 'export function overlaps(a, b) {\n  return a.start < b.end && b.start < a.end;\n}\n',
      right:
        'export function overlaps(a, b) {\n  return a.start < b.end && b.start < a.end;\n}\n\nexport function mergeRanges(ranges, { gap = 0 } = {}) {\n  const merged = [];\n  for (const { start, end } of ranges.filter((each) => each.end > each.start).sort((a, b) => a.start - b.start)) {\n    const last = merged.at(-1);\n    if (last && start <= last.end + gap) last.end = Math.max(last.end, end);\n    else merged.push({ start, end });\n  }\n  return merged;\n}\n',
      faults: [
        {
          name: 'touching ranges stay apart',
          edits: [['start <= last.end + gap', 'start < last.end + gap']],
          belief: {
            name: 'mergeRanges leaves touching ranges',
            code: 'assert.equal(mergeRanges([{ start: 1, end: 2 }, { start: 2, end: 3 }]).length, 2);',
          },
        },
        {
          name: 'a range inside another shortens it',
          edits: [['last.end = Math.max(last.end, end)', 'last.end = end']],
        },
        {
          name: 'sorts as text',
          edits: [
            ['.sort((a, b) => a.start - b.start)', '.sort((a, b) => (String(a.start) < String(b.start) ? -1 : 1))'],
          ],
        },
        {
          name: 'keeps empty ranges',
          edits: [['ranges.filter((each) => each.end > each.start).sort', '[...ranges].sort']],
        },
        {
          name: 'touching counts as overlap',
          edits: [['a.start < b.end && b.start < a.end', 'a.start <= b.end && b.start <= a.end']],
        },
      ],
      existing: [
        {
          name: 'overlaps sees a common part',
          code: 'assert.equal(overlaps({ start: 1, end: 3 }, { start: 2, end: 4 }), true);',
        },
        {
          name: 'overlaps sees none',
          code: 'assert.equal(overlaps({ start: 1, end: 2 }, { start: 3, end: 4 }), false);',
        },
      ],
      likely: [
        {
          name: 'mergeRanges merges',
          code: 'assert.deepEqual(mergeRanges([{ start: 1, end: 3 }, { start: 2, end: 5 }]), [{ start: 1, end: 5 }]);',
        },
        {
          name: 'mergeRanges sorts',
          code: 'assert.deepEqual(mergeRanges([{ start: 5, end: 6 }, { start: 1, end: 2 }]), [{ start: 1, end: 2 }, { start: 5, end: 6 }]);',
        },
        {
          name: 'mergeRanges joins touching ones',
          code: 'assert.deepEqual(mergeRanges([{ start: 1, end: 2 }, { start: 2, end: 3 }]), [{ start: 1, end: 3 }]);',
        },
        {
          name: 'mergeRanges keeps the longer one',
          code: 'assert.deepEqual(mergeRanges([{ start: 1, end: 9 }, { start: 2, end: 3 }]), [{ start: 1, end: 9 }]);',
        },
        {
          name: 'mergeRanges closes gaps',
          code: 'assert.deepEqual(mergeRanges([{ start: 1, end: 2 }, { start: 4, end: 5 }], { gap: 2 }), [{ start: 1, end: 5 }]);',
        },
      ],
      heldOut: [
        'mergeRanges([{ start: 0, end: 4 }, { start: 4, end: 8 }])',
        'mergeRanges([{ start: 0, end: 8 }, { start: 1, end: 2 }, { start: 3, end: 4 }])',
        'mergeRanges([{ start: 100, end: 101 }, { start: 20, end: 30 }])',
        'mergeRanges([{ start: 5, end: 5 }, { start: 1, end: 2 }])',
        'overlaps({ start: 0, end: 5 }, { start: 5, end: 6 })',
        'mergeRanges([{ start: 0, end: 1 }, { start: 3, end: 4 }], { gap: 1 })',
      ],
      corners: [
        {
          name: 'ranges by number',
          code: 'assert.deepEqual(mergeRanges([{ start: 10, end: 11 }, { start: 9, end: 9.5 }]), [{ start: 9, end: 9.5 }, { start: 10, end: 11 }]);',
        },
        {
          name: 'empty ranges',
          code: 'assert.deepEqual(mergeRanges([{ start: 3, end: 3 }]), []); assert.equal(overlaps({ start: 1, end: 2 }, { start: 2, end: 3 }), false);',
        },
      ],
    },
    'src/schedule.js': {
      exports: ['occurrences'],
      base: null,
      right:
        "import { addDays, toUtc } from './days.js';\n\nexport function occurrences({ start, every = 1, weekdays, until, count = Infinity }) {\n  if (until === undefined && count === Infinity) throw new RangeError('a schedule needs an end');\n  const found = [];\n  for (let day = start; found.length < count && (until === undefined || toUtc(day) <= toUtc(until)); day = addDays(day, every)) {\n    if (!weekdays || weekdays.includes(new Date(toUtc(day)).getUTCDay())) found.push(day);\n  }\n  return found;\n}\n",
      faults: [
        {
          name: 'last day is left out',
          edits: [['toUtc(day) <= toUtc(until)', 'toUtc(day) < toUtc(until)']],
          belief: {
            name: 'occurrences stops before until',
            code: "assert.deepEqual(occurrences({ start: '2024-01-01', until: '2024-01-03' }), ['2024-01-01', '2024-01-02']);",
          },
        },
        { name: 'weeks start on Monday', edits: [['.getUTCDay())', '.getUTCDay() - 1)']] },
        { name: 'start is left out', edits: [['let day = start;', 'let day = addDays(start, every);']] },
        {
          name: 'skipped days count',
          edits: [
            ['const found = [];', 'const found = [];\n  let seen = 0;'],
            ['found.length < count &&', 'seen++ < count &&'],
          ],
        },
        { name: 'interval ignored', edits: [['addDays(day, every)', 'addDays(day, 1)']] },
      ],
      existing: [],
      likely: [
        {
          name: 'occurrences counts',
          code: "assert.deepEqual(occurrences({ start: '2024-01-30', count: 3 }), ['2024-01-30', '2024-01-31', '2024-02-01']);",
        },
        {
          name: 'occurrences ends with the last day',
          code: "assert.deepEqual(occurrences({ start: '2024-01-01', until: '2024-01-02' }), ['2024-01-01', '2024-01-02']);",
        },
        {
          name: 'occurrences keeps an interval',
          code: "assert.deepEqual(occurrences({ start: '2024-01-01', every: 7, count: 2 }), ['2024-01-01', '2024-01-08']);",
        },
        {
          name: 'occurrences keeps to weekdays',
          code: "assert.deepEqual(occurrences({ start: '2024-01-01', weekdays: [3], until: '2024-01-10' }), ['2024-01-03', '2024-01-10']);",
        },
        {
          name: 'occurrences needs an end',
          code: "assert.throws(() => occurrences({ start: '2024-01-01' }), RangeError);",
        },
      ],
      heldOut: [
        "occurrences({ start: '2024-05-01', until: '2024-05-04' })",
        "occurrences({ start: '2024-05-01', every: 3, count: 3 })",
        "occurrences({ start: '2024-05-01', weekdays: [1, 5], count: 3 })",
        "occurrences({ start: '2024-02-27', every: 2, until: '2024-03-02' })",
      ],
      corners: [
        {
          name: 'counts what it found',
          code: "assert.deepEqual(occurrences({ start: '2024-01-01', weekdays: [0, 6], count: 2 }), ['2024-01-06', '2024-01-07']);",
        },
      ],
    },
  },
};
