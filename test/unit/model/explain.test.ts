// The sentence that says why an attempt failed, with the last words of whoever failed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Backend, FailureClass } from '../../../lib/core/backend.ts';
import { explain } from '../../../lib/model/explain.ts';

const BACKEND = { cli: 'the-cli', login: { how: null } } as unknown as Backend;
const why = (
  failure: FailureClass,
  exitCode: number | null,
  stdout: string,
  stderr: string,
  error: string | null = null,
) => explain(failure, BACKEND, { exitCode, signal: null, detail: null }, 90_000, { stdout, stderr, error });

test('says what happened, how it ended, and the last line that says something, errors first [S4]', () => {
  assert.is(why('crash', 3, 'working', 'boom\n---\n'), 'the-cli failed (exit code 3); it last said: "boom"');
  assert.is(why('crash', 3, 'working\n', ' \n'), 'the-cli failed (exit code 3); it last said: "working"');
  assert.is(why('quota', 1, 'x', 'noise', 'Spent.'), 'the-cli has no quota left (exit code 1); it last said: "Spent."');
  assert.is(why('timeout', null, '', ''), 'the-cli ran into its time limit (90s)');
});

test('of one that is not logged in, how that is done [S4]', () => {
  const login = { env: [], files: [], how: 'the-cli login' };
  const exit = { exitCode: 1, signal: null, detail: null };
  assert.is(
    explain('auth', { ...BACKEND, login }, exit, null, { stdout: '401', stderr: '', error: null }),
    'the-cli is not logged in (exit code 1); it last said: "401". To log in: the-cli login',
  );
});

test('of one that ended well and did nothing its answer counts, not the noise of its errors [S4]', () => {
  assert.is(
    why('empty', 0, 'Nothing to do.', 'tokens used\n3,070'),
    'the-cli ended well, but changed nothing; it last said: "Nothing to do."',
  );
});

test('of one that printed what it was asked, that is said [S4]', () => {
  const exit = { exitCode: 0, signal: null, detail: null };
  const printed = { stdout: 'Say why.', stderr: '', error: null, echoed: true };
  assert.is(explain('empty', BACKEND, exit, null, printed), 'the-cli only repeated what it was asked');
});

test('of JSON its last message, also where that is JSON once more [S4]', () => {
  const said = (stderr: string) => /it last said: "(.*)"$/.exec(why('auth', 41, '', stderr))?.[1];
  assert.is(
    said('Warning: old\n{\n  "error": {\n    "message": "No key.\\nSet one.",\n    "code": 41\n  }\n}\n'),
    'Set one.',
  );
  const inner = JSON.stringify({ error: { code: 401, message: 'The key is not valid.' } });
  assert.is(said(JSON.stringify({ error: { message: inner, code: 401 } })), 'The key is not valid.');
  assert.is(said(`ERROR: ${inner}`), 'The key is not valid.');
  assert.is(said('at { status: 429\n}'), 'at { status: 429');
});

test.run();
