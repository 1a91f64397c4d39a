// A command that may live for some seconds: it is ended then, or when it is told to, whatever it does against that.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startBriefly } from '../../lib/system/attach.ts';
import { which } from '../support/paths.ts';
import { untilEnded, waitUntil } from '../support/wait.ts';

const env = { PATH: process.env.PATH ?? '' };
const bash = (script: string, ...more: readonly string[]) => [which('bash')!, '-c', script, 'told', ...more] as const;
/** Does not go by itself, and has a child that does not either. */
const STUBBORN = `trap '' TERM HUP INT; (echo $BASHPID >"$1.child"; exec sleep 100) & echo $$ >"$1"; wait`;

function withFile(work: (file: string) => Promise<void>) {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mm-briefly-'));
    const awake = setInterval(() => {}, 1000); // what is tested keeps no program from ending, nor this one
    try {
      await work(join(folder, 'pid'));
    } finally {
      clearInterval(awake);
      rmSync(folder, { recursive: true });
    }
  };
}

/** The pids of the stubborn one and its child. */
const pidsIn = (file: string): Promise<readonly number[]> =>
  waitUntil('both to run', () => {
    const pids = [file, `${file}.child`].map((each) => (existsSync(each) ? Number(readFileSync(each, 'utf8')) : 0));
    return pids.every((pid) => pid > 0) ? pids : null;
  });
const areGone = (pids: readonly number[]) => Promise.all(pids.map((pid) => untilEnded('both to be gone', pid, 20_000)));

test(
  'its exit code and what it complained of are told; its arguments are what they are',
  withFile(async () => {
    const done = await startBriefly(bash('printf "%s|" "$@" >&2; exit 7', 'a b', '$(id)', ''), env, 100)!.ended;
    assert.equal(done, { exitCode: 7, stderr: 'a b|$(id)||' });
    assert.is((await startBriefly(['/nowhere/x'], env, 100)!.ended).exitCode, 127);
  }),
);

test(
  'one that hangs is ended after its time, with all that it has started',
  withFile(async (file) => {
    const { ended } = startBriefly(bash(STUBBORN, file), env, 1)!;
    const pids = await pidsIn(file);
    assert.is((await ended).exitCode, 137);
    await areGone(pids);
  }),
);

test(
  'one that is told to end does, at once',
  withFile(async (file) => {
    const { ended, end } = startBriefly(bash(STUBBORN, file), env, 100)!;
    const pids = await pidsIn(file);
    end();
    assert.is((await ended).exitCode, 143);
    await areGone(pids);
  }),
);

test.run();
