// Every text of test/scenarios/ is a test (its README.md says what stands in one); with MM_TEST_SCENARIO=verify,repair-no only
// those whose names begin so.
// deadline: 1200
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PROJECT } from '../support/paths.ts';
import { readScenario } from '../support/scenario.ts';

/** The rows of the requirements that an archive proves. */
const ROWS: Readonly<Record<string, string>> = {
  'analysis-fork': '[K3, K4]',
  'analysis-mended': '[Y3, Y4]',
  'analysis-not-complete': '[Y4]',
  'analysis-one-winner': '[K3]',
  'config-multipass': '[T2, T3, T4, Q3]',
  'config-native-first': '[M1, M2]',
  'config-next-primary': '[M1]',
  'config-triggers': '[T1, T2, T3, Q3]',
  'context-conventions': '[C1, C5]',
  'cross-long-output': '[A3]',
  'evidence-base-not-waited': '[A3]',
  'evidence-gate-states': '[A3, Y2]',
  'evidence-integrate-after': '[Y3, Y4]',
  'evidence-own-gates': '[A3, K4]',
  'evidence-watching-gate': '[A3]',
  'models-agent-alone': '[M1, R3]',
  'models-all-fail': '[R6, S4]',
  'models-empty': '[R5, R6]',
  'models-final-line': '[R5, S4]',
  'models-next-backend': '[M1]',
  'passes-solved': '[P1]',
  'prepare-own-key': '[A3]',
  'session-nobody-asked': '[A6, D9]',
  'stash-failed-primary': '[Y1]',
  'stash-isolated-conflict': '[Y6]',
  'stash-same-file': '[Y6]',
  'stash-uncommitted-rules': '[U1, Y1, S3]',
  'verify-can-not-run': '[Y4]',
  'verify-fails-in-tree': '[Y4, Y6]',
  'verify-left-in-place': '[Y4]',
  'verify-own-failure': '[Y4]',
  'verify-proof': '[Y4]',
  'verify-what-gates-leave': '[Y4, Y6]',
};

const FOLDER = join(PROJECT, 'test/scenarios');
const archives = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.txt') ? [file.slice(0, -'.txt'.length)] : []));

test('rows are named for archives that are there', () =>
  assert.equal(
    Object.keys(ROWS).filter((archive) => !archives.includes(archive)),
    [],
  ));

const wanted = (process.env.MM_TEST_SCENARIO ?? '').split(',');
for (const archive of archives.filter((each) => wanted.some((beginning) => each.startsWith(beginning)))) {
  const { name, run } = readScenario(join(FOLDER, `${archive}.txt`));
  test(`${archive}: ${name} ${ROWS[archive] ?? ''}`.trimEnd(), run);
}

test.run();
