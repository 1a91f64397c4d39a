// Every name that the language promises to reports and prompts is there: none is declared and never filled in.
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reportNames } from '../../lib/commands/report-names.ts';
import { emptyRecord, type PassRecord } from '../../lib/core/session-record.ts';
import { AMBIENT, LOOP } from '../../lib/recipe/names.ts';
import type { Run } from '../../lib/steps/run-context.ts';
import { withRoom } from '../support/room.ts';

const plan = { files: [], decided_by: 'evidence', tree: '', whole: null, notes: [], undecided: [], integrated: false };
const pass = { number: 1, models: {}, gate_results: {}, cross_gates: [], judgements: [], asked: [], trees: {} };
const PASS = { ...pass, plan: { ...plan, proven: true } } as unknown as PassRecord;
const RUN = {
  opened: true,
  session: { id: 'x', dir: '/nowhere' },
  recipe: { slots: {}, reports: {}, options: {}, settings: { integrate: 'before' } },
  participants: new Map(),
  gates: {},
  timeoutCommand: null,
  timeoutSaid: '1s',
  roundStamp: () => '1',
  title: (id: string) => id,
  record: { ...emptyRecord, passes: [PASS] },
  roundRecords: [PASS],
} as unknown as Run;

test('every ambient name is filled in, and nothing else', () => {
  const names = reportNames(RUN, () => '');
  const below = (name: string) => {
    const given = names[name];
    return Object.keys((typeof given === 'function' ? given() : given) as object).sort();
  };
  // those of the rest are provided by steps, or by the engine at the end
  for (const name of ['models', 'gates', 'cross', 'plan', 'result', 'session', 'delivery'] as const)
    assert.equal(below(name), Object.keys(AMBIENT[name] as object).sort(), name);
  assert.equal(below('pass'), Object.keys(LOOP as object).sort());
});

test('a resumed run that goes through an earlier pass again knows the plan of that pass, not that of a later one', () => {
  const later = { ...PASS, number: 2, plan: null } as unknown as PassRecord;
  const run = { ...RUN, record: { ...emptyRecord, passes: [PASS, later] } } as unknown as Run;
  const planIn = (roundRecords: readonly PassRecord[]) =>
    (reportNames({ ...run, roundRecords } as unknown as Run, () => '').plan as () => object | undefined)();
  assert.ok(planIn([PASS]));
  assert.is(planIn([PASS, later]), undefined);
});

test('an answer of any length is read only as far as it is used', () =>
  withRoom((room) => {
    const folder = join(room.root, 'pass-0001/outputs');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.md'), 'the beginning');
    truncateSync(join(folder, 'a.md'), 2 ** 31); // longer than any text can be, and takes no place on the disk
    const said = { ...pass, models: { a: { status: 'ok', attempts: [] } }, plan: null } as unknown as PassRecord;
    const run = {
      ...RUN,
      session: { id: 'x', dir: room.root },
      recipe: { slots: { a: {} }, reports: {}, options: {}, settings: { integrate: 'before' } },
      record: { ...emptyRecord, passes: [said] },
      roundRecords: [said],
    } as unknown as Run;
    const models = reportNames(run, () => '').models as () => { answers: () => string };
    const text = models().answers();
    assert.ok(text.startsWith('the beginning'));
    assert.ok(text.length <= 2 ** 21, `${text.length}`);
  }));

test.run();
