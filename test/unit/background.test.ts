// Commands of work in the background let others go first, and end when it is called off.
import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { callingOff, forAll, inBackground, untilCalledOff } from '../../lib/system/background.ts';
import { collect } from '../../lib/system/process.ts';

const PLACE = { cwd: '/', env: { PATH: '/usr/bin:/bin' } };
const sh = (script: string) => collect(['/bin/sh', '-c', script], PLACE);
const text = async (work: Promise<{ stdout: Uint8Array }>) =>
  Buffer.from((await work).stdout)
    .toString()
    .trim();

test('commands are put behind others, however deep in the work they are started', async () => {
  const before = Number(await text(sh('nice')));
  const deep = async () => {
    await Promise.resolve();
    return text(sh(`until [ "$(nice)" -gt ${before} ]; do :; done; nice`));
  };
  assert.is(Number(await inBackground(deep)), Math.min(19, before + 10));
  assert.is(Number(await text(sh('nice'))), before, 'others are not');
});

// Where Linux shares the processor between sessions, what counts is the session's own priority.
const inSessions = existsSync('/proc/self/autogroup');
(inSessions ? test : test.skip)('they are put behind the commands of other sessions, too', async () => {
  const own = `sed 's/.* //' /proc/self/autogroup`;
  const before = Number(await text(sh(own)));
  const seen = await inBackground(() => text(sh(`until [ "$(${own})" -gt ${before} ]; do :; done; ${own}`)));
  assert.is(Number(seen), 10);
  assert.is(Number(await text(sh(own))), before, 'others are not');
});

for (const [name, run] of Object.entries({
  'in the background': (work: () => Promise<unknown>, signal: AbortSignal) => inBackground(work, signal),
  'that may be called off': (work: () => Promise<unknown>, signal: AbortSignal) => untilCalledOff(signal, work),
})) {
  test(`work ${name}: its command ends, and it rejects with the reason`, async () => {
    const calledOff = new AbortController();
    const reason = new Error('not needed any more');
    const work = run(async () => {
      assert.is(callingOff(), calledOff.signal);
      queueMicrotask(() => calledOff.abort(reason));
      return sh('exec sleep 1000');
    }, calledOff.signal);
    try {
      await work;
      assert.unreachable();
    } catch (error) {
      assert.is(error, reason);
    }
    assert.is(callingOff(), null);
  });
}

test('what others may wait for is not called off with the work that asked first, nor put behind', async () => {
  const calledOff = new AbortController();
  const before = await text(sh('nice'));
  const answer = await inBackground(
    () =>
      forAll(() => {
        calledOff.abort();
        assert.is(callingOff(), null);
        return text(sh('nice'));
      }),
    calledOff.signal,
  );
  assert.is(answer, before);
});

test.run();
