// Who belongs to a command, and how what belongs to it is ended where the system tells little.
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { endProcesses } from '../../lib/system/ending.ts';
import { belongingTo, type Owner, parsePs, processesFromProc } from '../../lib/system/processes-left.ts';
import { withRoom } from '../support/room.ts';
import { startProcess } from '../support/start-process.ts';

const owner: Owner = { pid: 100, variable: 'TOKEN', token: 'run.1', since: 500, files: ['/s/out'] };

interface Fake {
  readonly stat: string;
  readonly environ?: string;
  readonly stdout?: string;
}

/** A folder that looks like /proc. */
function fakeProc(root: string, processes: Record<number, Fake>): string {
  mkdirSync(join(root, 'self'));
  for (const [pid, { stat, environ = '', stdout }] of Object.entries(processes)) {
    mkdirSync(join(root, pid, 'fd'), { recursive: true });
    const [state, parent, group, session, start] = stat.split(' ');
    const fields = [state, parent, group, session, ...Array(15).fill('0'), start, '0'];
    writeFileSync(join(root, pid, 'stat'), `${pid} (odd) name (x)) ${fields.join(' ')}\n`);
    writeFileSync(join(root, pid, 'environ'), environ);
    if (stdout !== undefined) symlinkSync(stdout, join(root, pid, 'fd', '1'));
  }
  return root;
}

test('a process belongs by group, session, token, output file or descent; older, dead and similar ones do not', () =>
  withRoom(async (room) => {
    const proc = fakeProc(room.tmp, {
      100: { stat: 'S 1 100 100 500' },
      101: { stat: 'S 1 100 9 501' },
      102: { stat: 'S 1 9 100 501' },
      103: { stat: 'T 1 9 9 501', environ: 'A=1\0TOKEN=outer/run.1/x\0' },
      104: { stat: 'S 1 9 9 501', stdout: '/s/out' },
      105: { stat: 'S 104 9 9 502' },
      106: { stat: 'S 105 9 9 502' },
      200: { stat: 'Z 1 100 100 501' },
      201: { stat: 'S 1 100 100 499' },
      202: { stat: 'S 1 9 9 501', environ: 'A=TOKEN=run.1\0TOKEN=run.11\0TOKEN=x run.1\0', stdout: '/s/out2' },
      203: { stat: 'S 1 9 9 501' },
    });
    const rows = processesFromProc(proc);
    assert.equal(
      belongingTo(owner, rows ?? []).map((row) => row.pid),
      [100, 101, 102, 103, 104, 105, 106],
    );
    assert.is(processesFromProc(join(room.tmp, 'none')), null);
  }));

test('the same from what ps of macOS prints', () => {
  const rows = parsePs(
    [
      '    1     0     1 Ss   /sbin/launchd',
      '  100     1   100 S+   node x.js HOME=/h TOKEN=a/run.1 TERM=x',
      '  101     1   101 S    setsid thing TOKEN=a/run.1',
      '  102   101   102 R    its child',
      '  103     1   103 S    other TOKEN=a/run.2',
      '  104     1   100 Z    (node)',
      '',
    ].join('\n'),
  );
  assert.equal(
    belongingTo(owner, rows).map((row) => row.pid),
    [100, 101, 102],
  );
});

for (const [how, script] of [
  ['by TERM', 'sleep 60 & echo ready; wait'],
  ['by KILL', "trap '' TERM; (while :; do sleep 0.05; done) & echo ready; wait; while :; do sleep 0.05; done"],
] as const)
  test(`where nothing tells of processes, the group is ended ${how}`, () =>
    withRoom(async (room) => {
      const child = startProcess([join(room.bin, 'bash'), '-c', script], { env: room.env });
      await child.waitFor(/ready/);
      const ending = await endProcesses({ ...owner, pid: child.pid, files: [] }, () => null, 300);
      assert.equal(ending.left, []);
      assert.is((await child.exit).signal, how === 'by TERM' ? 'SIGTERM' : 'SIGKILL');
      assert.throws(() => process.kill(-child.pid, 0), /ESRCH/);
    }));

test('our own process is never in the list', () => {
  if (existsSync('/proc/self')) assert.not.ok(processesFromProc()?.some((row) => row.pid === process.pid));
});

test.run();
