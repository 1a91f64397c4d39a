// Runs a command as the user would run it: in their repository, with their settings, keys and hooks, and with a time
// limit; git never asks anything. What it printed comes back as text; so do commands of the recipe, as bytes.
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { originMessages as say } from '../core/messages/origin-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Session } from '../session/session.ts';
import { childEnvironment } from '../system/environment.ts';
import { codeOf } from '../system/file-failure.ts';
import { makeFolder, readText, removeTree } from '../system/files.ts';
import { runProcess } from '../system/process.ts';
import type { ProcessSpec } from '../system/process-spec.ts';
import type { StepContext } from './executor.ts';
import type { Run } from './run-context.ts';
import { outcomeOf } from './start.ts';

/** What is known before there is a session, too. */
export interface Asking extends Pick<StepContext, 'limitMs' | 'signal'> {
  readonly run: Pick<Run, 'recipe' | 'repository' | 'env' | 'onPath' | 'record' | 'task'> &
    Partial<Pick<Run, 'opened' | 'session'>>;
}

interface AsUser {
  readonly env?: Readonly<Record<string, string>>;
  /** Where it works, if not at the repository's top. */
  readonly cwd?: string;
  readonly limitMs?: number;
  /** What it says of its failure stands in its output, too. */
  readonly together?: boolean;
}

/** A remote or a forge that has not answered by then will not. */
const LIMIT_MS = 120_000;

const LONGEST = 1024 * 1024;

/** Its standard output; a failure says what it printed last. */
export async function asUser(
  { run, limitMs, signal }: Asking,
  words: readonly string[],
  { env = {}, cwd = run.repository.top, limitMs: own, together = false }: AsUser = {},
): Promise<Result<string>> {
  const session = run.opened ? run.session : undefined;
  const folder = session ? await deliveryFolder({ session }) : await mkdtemp(join(tmpdir(), 'mm-'));
  const limit = own ?? (limitMs === undefined ? LIMIT_MS : limitMs);
  try {
    const said = join(folder, `${process.pid}-${++count}.out`);
    const stderr = together ? said : said.replace(/out$/, 'err');
    const exit = await runProcess({
      ...{ command: words, cwd, stdin: null, stdout: said, stderr, signal, limitMs: limit },
      graceMs: run.recipe.timeout.graceMs,
      env: { ...environment(run, session), ...env },
    });
    const ended = await outcomeOf(words, exit, stderr, limit);
    if (ended.ok) return ok((await readText(said, LONGEST)) ?? '');
    return signal.aborted ? fail(messages.interrupted()) : ended;
  } finally {
    if (!session) await removeTree(folder);
  }
}

/** Why a command came to nothing, in other words, unless it was interrupted. */
export const unlessInterrupted = (failure: Failure, told: (why: string) => Failure): Result<never> =>
  fail(failure.exit === 130 ? failure : told(failure.what));

/** Commands of this process: each has files of its own. */
let count = 0;

/** What lies there tells afterwards how it was delivered. */
export async function deliveryFolder(run: Pick<Run, 'session'>): Promise<string> {
  const folder = join(run.session.dir, 'deliver');
  await makeFolder(folder, 0o700);
  return folder;
}

/** A forge's own keys are passed on, whichever backend names them as its own. */
const environment = (run: Asking['run'], session: Session | undefined): Record<string, string> => ({
  ...childEnvironment({ base: run.env, withhold: run.recipe.withhold, passAll: [], pass: [], set: {} }),
  GIT_TERMINAL_PROMPT: '0',
  ...(session ? { MM_SESSION_ID: session.id, MM_SESSION_DIR: session.dir } : {}),
});

/** What is larger is no change that anyone would look at. */
const LARGEST = 256 * 2 ** 20;

/** Where a command runs, and where its output goes; with the limit of the step. */
export type Where = Pick<ProcessSpec, 'cwd' | 'env' | 'stdout' | 'stderr'>;

/** Runs a command of the recipe's for what it prints. */
export async function printed(
  { run, limitMs, signal }: Pick<StepContext, 'run' | 'limitMs' | 'signal'>,
  words: readonly string[],
  where: Where,
): Promise<Result<Uint8Array>> {
  const limit = limitMs === undefined ? run.recipe.timeout.defaultMs : limitMs;
  const { graceMs } = run.recipe.timeout;
  const exit = await runProcess({ command: words, ...where, stdin: null, signal, limitMs: limit, graceMs });
  const ended = await outcomeOf(words, exit, where.stderr, limit);
  return ended.ok ? readPatch(where.stdout) : ended;
}

export async function readPatch(file: string): Promise<Result<Uint8Array>> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) return fail(say.noPatch({ file, why: 'it is no file' }));
    if (facts.size > LARGEST) return fail(say.noPatch({ file, why: `it has ${facts.size} bytes` }));
    return ok(await readFile(file));
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return fail(say.noPatch({ file, why: codeOf(error) === 'ENOENT' ? 'it is not there' : (error as Error).message }));
  }
}
