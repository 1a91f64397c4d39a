// What the real CLIs say when they can't (in measured words), and what execute.yaml's failure rules make of it.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FailureClass, FailureRule } from '../../lib/core/backend.ts';
import { classify } from '../../lib/model/classify.ts';
import { loadRecipe } from '../../lib/recipe/load.ts';
import { executors } from '../../lib/steps/index.ts';
import { once } from '../support/crew.ts';
import { PROJECT } from '../support/paths.ts';
import { readDisk } from './load.ts';

const rules = once(async (): Promise<readonly FailureRule[]> => {
  const folder = join(PROJECT, 'recipes');
  const resolveNamed = (name: string) => join(folder, `${name}.yaml`);
  const loaded = await loadRecipe(resolveNamed('execute'), { executors, read: readDisk, resolveNamed, shipped: [] });
  if (!loaded.ok) throw new Error(loaded.failure.what);
  return loaded.value.failures;
});

/** Who, its exit code, what it printed, and what that is. */
const SAID: readonly (readonly [who: string, exitCode: number, output: string, failure: FailureClass])[] = [
  ['claude without a key', 1, 'Not logged in · Please run /login', 'auth'],
  ['claude 401', 1, 'Invalid API key · Fix external API key', 'auth'],
  ['claude 400', 1, 'Credit balance is too low', 'quota'],
  ['claude 429', 1, 'API Error: Request rejected (429) · This request would exceed your rate limit', 'rate-limit'],
  ['claude 500', 1, 'API Error: 500 Internal server error. This is a server-side issue, usually temporary', 'api'],
  ['claude 529', 1, 'API Error: 529 Overloaded. This is a server-side issue', 'rate-limit'],
  ['gemini without a key', 41, '"message": "When using Gemini API, you must specify the GEMINI_API_KEY …"', 'auth'],
  ['gemini, another way to log in', 41, '"message": "Invalid auth method selected."', 'auth'],
  ['gemini 401', 145, '{"code":401,"message":"API key not valid. Please pass a valid API key."}', 'auth'],
  ['gemini 429', 173, 'RetryableQuotaError: Resource has been exhausted (e.g. check quota).', 'rate-limit'],
  ['gemini, the day is over', 173, 'TerminalQuotaError: You have exhausted your daily quota on this model.', 'quota'],
  ['gemini 500', 244, '"message": "An internal error has occurred.",\n    "code": 500', 'api'],
  ['codex 401', 1, 'ERROR: unexpected status 401 Unauthorized: Incorrect API key provided: x., url: http://x', 'auth'],
  ['codex 429', 1, 'ERROR: exceeded retry limit, last status: 429 Too Many Requests', 'rate-limit'],
  ['codex without quota', 1, 'ERROR: Quota exceeded. Check your plan and billing details.', 'quota'],
  ['codex 500', 1, 'ERROR: We’re currently experiencing high demand, which may cause temporary errors.', 'api'],
  ['codex 529', 1, 'ERROR: unexpected status 529 <unknown status code>: The server had an error', 'api'],
];

for (const [who, exitCode, output, failure] of SAID) {
  test(`${who} is ${failure} [R5, S4]`, async () => {
    const verdict = classify({ ended: 'exit', exitCode, didSomething: false, output }, await rules());
    assert.is(verdict.failure, failure);
    assert.is(verdict.rule?.next ?? null, ['auth', 'quota'].includes(failure) ? 'backend' : null);
    assert.is(verdict.rule?.retry?.afterMs ?? null, ['rate-limit', 'api'].includes(failure) ? 10_000 : null);
  });
}

/** What they print when the session that they are to go on with is gone. */
const GONE: readonly (readonly [who: string, exitCode: number, output: string])[] = [
  ['claude', 1, 'No conversation found with session ID: 11111111-2222-4333-8444-555555555555'],
  ['codex', 1, 'Error: thread/resume: thread/resume failed: no rollout found for thread id 1111 (code -32600)'],
  ['gemini', 42, 'Error resuming session: No previous sessions found for this project.'],
  ['qwen', 1, 'No saved session found with ID 1111'],
];

for (const [who, exitCode, output] of GONE) {
  test(`${who} without its session is told to have none, and only where it was to go on with one [R5]`, async () => {
    const ending = { ended: 'exit', exitCode, didSomething: false, output } as const;
    assert.is(classify({ ...ending, resumed: true }, await rules()).failure, 'no-session');
    assert.is(classify(ending, await rules()).failure, 'crash');
  });
}

test('what a model says of its work, having changed nothing, is no failure of its provider [R5]', async () => {
  for (const output of [
    'The billing module computes usage limits already; nothing needs to change.',
    'Users who are unauthorized see a message, and authentication is required for this route.',
    'The quota of each account is checked in src/quota.ts.',
  ]) {
    const verdict = classify({ ended: 'exit', exitCode: 0, didSomething: false, output }, await rules());
    assert.is(verdict.failure, 'empty', output);
  }
});

test.run();
