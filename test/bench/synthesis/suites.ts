// Runs the test suite that lies in a folder: in a process of its own by Node's test runner, or one after the other in a
// process that stays (in-process.mjs), some twenty times as fast.
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ran } from './runner.ts';

const LIMIT_MS = 20_000;
const CHILD = fileURLToPath(new URL('in-process.mjs', import.meta.url));
const STAND_IN = new URL('in-process-test.mjs', import.meta.url).href;
/** Loaded modules stay in memory: after so many suites a new process begins. */
const SUITES_PER_PROCESS = 400;

// All test files in one process; one that can't be loaded is a failing test by its own name, as with `node --test`.
const RUN = `import { readdirSync } from 'node:fs';
import { test } from 'node:test';
for (const file of readdirSync(new URL('test/', import.meta.url)).sort()) {
  try {
    await import('./test/' + file);
  } catch (error) {
    test('test/' + file, () => { throw error; });
  }
}
`;

const late = (output: string): Ran => ({ exitCode: null, signal: 'SIGKILL', ended: 'timeout', output });
const ended = (exitCode: number, output: string): Ran => ({ exitCode, signal: null, ended: 'exit', output });

/** Runs a suite by Node's test runner. */
export function runByNode(cwd: string): Promise<Ran> {
  writeFileSync(join(cwd, 'run.mjs'), RUN);
  return new Promise((resolve) => {
    const options = { cwd, timeout: LIMIT_MS, killSignal: 'SIGKILL' as const, env: { PATH: process.env.PATH ?? '' } };
    execFile('node', ['--test-reporter=tap', 'run.mjs'], options, (error, stdout, stderr) => {
      if (!error) resolve(ended(0, stdout + stderr));
      else if (error.killed) resolve(late(stdout + stderr));
      else resolve(ended(typeof error.code === 'number' ? error.code : 1, stdout + stderr));
    });
  });
}

/** Runs suites in one process; one at a time. */
export class InProcess {
  #child: ChildProcess | null = null;
  #left = 0;
  #turn: Promise<unknown> = Promise.resolve();

  run(cwd: string): Promise<Ran> {
    const ran = this.#turn.then(() => this.#runNow(cwd));
    this.#turn = ran;
    return ran;
  }

  async #runNow(cwd: string): Promise<Ran> {
    for (const name of readdirSync(join(cwd, 'test'))) {
      const file = join(cwd, 'test', name);
      writeFileSync(file, readFileSync(file, 'utf8').replace("'node:test'", `'${STAND_IN}'`));
    }
    if (this.#left-- <= 0) this.close();
    this.#child ??= fork(CHILD, { execArgv: [], env: { PATH: process.env.PATH ?? '' } });
    const child = this.#child;
    return new Promise((resolve) => {
      const settle = (ran: Ran) => {
        clearTimeout(timer);
        child.off('message', answer).off('exit', gone);
        resolve(ran);
      };
      const answer = (message: unknown) => {
        const { exitCode, output } = message as { readonly exitCode: number; readonly output: string };
        settle(ended(exitCode, output));
      };
      const gone = () => {
        this.close();
        settle(ended(7, ''));
      };
      const timer = setTimeout(() => {
        this.close();
        settle(late(''));
      }, LIMIT_MS);
      child.on('message', answer).on('exit', gone);
      child.send(cwd);
    });
  }

  close(): void {
    this.#child?.removeAllListeners('exit').kill('SIGKILL');
    this.#child = null;
    this.#left = SUITES_PER_PROCESS;
  }
}
