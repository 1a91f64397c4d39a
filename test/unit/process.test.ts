// Commands are started, limited and ended as promised, with everything that they started themselves.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FailureError } from '../../lib/core/failure.ts';
import { collect } from '../../lib/system/own-command.ts';
import {
  endAll,
  endMarked,
  killEverythingNow,
  type ProcessExit,
  type ProcessSpec,
  runProcess,
} from '../../lib/system/process.ts';
import { type Room, withRoom } from '../support/room.ts';
import { startProcess } from '../support/start-process.ts';
import { waitUntil } from '../support/wait.ts';

interface Lab extends Room {
  spec(command: ProcessSpec['command'], more?: Partial<ProcessSpec>): ProcessSpec;
  /** Runs a command; its exit and what it wrote. */
  run(
    command: ProcessSpec['command'],
    more?: Partial<ProcessSpec>,
  ): Promise<ProcessExit & { out: string; err: string }>;
  /** Pids that processes wrote into files of that name's beginning, once there are `count`. */
  pids(name: string, count?: number): Promise<number[]>;
}

function withLab(work: (lab: Lab) => Promise<void>): Promise<void> {
  return withRoom(async (room) => {
    let number = 0;
    const lab: Lab = {
      ...room,
      spec(command, more = {}) {
        const at = join(room.log, `command-${++number}`);
        const env = { PATH: room.bin, LOG: room.log };
        return {
          command,
          cwd: room.tmp,
          env,
          stdin: null,
          stdout: `${at}.out`,
          stderr: `${at}.err`,
          limitMs: null,
          graceMs: 300,
          ...more,
        };
      },
      async run(command, more) {
        const spec = lab.spec(command, more);
        const ended = await runProcess(spec);
        return { ...ended, out: readFileSync(spec.stdout, 'utf8'), err: readFileSync(spec.stderr, 'utf8') };
      },
      pids: (name, count = 1) =>
        waitUntil(`${count} pids in ${name}`, () => {
          const files = readdirSync(room.log).filter((file) => file.startsWith(name));
          const found = files
            .map((file) => Number(readFileSync(join(room.log, file), 'utf8')))
            .filter((pid) => pid > 0);
          return found.length >= count ? found : null;
        }),
    };
    await work(lab);
  });
}

/** Whether a process lives; one that is dead and waits for its parent's question does not. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'latin1'));
}

/** A shell line that leaves a process behind that ignores the end of its parent, with its pid in a file. */
const leave = (name: string, how = '') => `${how} bash -c 'echo $$ >"$LOG/${name}.pid"; while :; do sleep 0.1; done' &`;
const waitForPid = (name: string) => `while [ ! -s "$LOG/${name}.pid" ]; do sleep 0.01; done`;
/** Needs `setsid`, which macOS has not. */
const HAS_SETSID = existsSync('/usr/bin/setsid') || existsSync('/bin/setsid');

test('a vector reaches the program as it is, a line goes through bash, and each tells its exit code', () =>
  withLab(async (lab) => {
    const odd = ['a b', '', '$HOME', '`id`', `'"\\`, '*', 'two\nlines', 'ä€😀', '-n'];
    const listed = await lab.run(['bash', '-c', 'printf "%s\\0" "$@"', 'bash', ...odd]);
    assert.equal(listed.out.split('\0').slice(0, -1), odd);
    assert.equal([listed.ended, listed.exitCode, listed.signal, listed.detail], ['exit', 0, null, null]);

    const line = await lab.run('echo "$LOG" | cat; echo oops >&2; exit 7');
    assert.equal([line.exitCode, line.ended, line.out, line.err], [7, 'exit', `${lab.log}\n`, 'oops\n']);
    const killed = await lab.run('kill -KILL $$');
    assert.equal([killed.ended, killed.exitCode, killed.signal], ['exit', null, 'SIGKILL']);
  }));

test('an argument of 100 KB full of quotes arrives whole; one beyond the limit of the system is told as such [R3]', () =>
  withLab(async (lab) => {
    const prompt = `'"$(x)\`\\\n`.repeat(10_000);
    const sent = await lab.run(['bash', '-c', 'printf %s "$1"', 'bash', prompt]);
    assert.is(sent.out, prompt);
    if (process.platform === 'linux') {
      const long = await lab.run(['echo', 'x'.repeat(140_000)]);
      assert.is(long.ended, 'not-found');
      assert.match(long.detail ?? '', /arguments of echo are too long/);
    }
  }));

test('output is byte-exact, both streams may share a file, and an existing file is never overwritten [R4]', () =>
  withLab(async (lab) => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7919) % 256));
    writeFileSync(join(lab.tmp, 'bytes'), Buffer.concat([bytes, Buffer.from('€😀'.repeat(50_000))]));
    const spec = lab.spec(['cat', 'bytes']);
    await runProcess(spec);
    assert.ok(readFileSync(spec.stdout).equals(readFileSync(join(lab.tmp, 'bytes'))));

    const both = lab.spec('echo 1; echo 2 >&2; echo 3');
    await runProcess({ ...both, stderr: both.stdout });
    assert.is(readFileSync(both.stdout, 'utf8'), '1\n2\n3\n');

    try {
      await runProcess({ ...both, stderr: both.stdout });
      assert.unreachable();
    } catch (error) {
      assert.instance(error, FailureError);
      assert.match((error as FailureError).failure.what, both.stdout);
    }
    assert.is(readFileSync(both.stdout, 'utf8'), '1\n2\n3\n');
  }));

test('standard input is the file given, or closed: a reader never waits', () =>
  withLab(async (lab) => {
    writeFileSync(join(lab.tmp, 'prompt.md'), 'the prompt\n');
    assert.is((await lab.run(['cat'], { stdin: join(lab.tmp, 'prompt.md') })).out, 'the prompt\n');
    assert.is((await lab.run(['cat'])).out, '');
    assert.is((await lab.run('true', { stdin: join(lab.tmp, 'prompt.md') })).exitCode, 0, 'unread input is no error');
  }));

test('what is not there is said: command, interpreter, folder; and nothing is taken from the current folder', () =>
  withLab(async (lab) => {
    const said = async (...args: Parameters<Lab['run']>) => {
      const { ended, detail, exitCode } = await lab.run(...args);
      assert.equal([ended, exitCode], ['not-found', null]);
      return detail ?? '';
    };
    assert.match(await said(['no-such-cli']), 'no-such-cli is not on PATH');
    assert.match(await said(['./no-such-cli']), 'is not an executable file');
    assert.match(await said(['true'], { cwd: join(lab.tmp, 'gone') }), 'is not there');
    assert.match(await said(['echo', 'a\0b']), /holds a NUL/);
    lab.installTool('broken', '#!/no/such/interpreter\n');
    assert.match(await said(['broken']), /broken could not be executed/);

    for (const name of ['git', 'only-here']) {
      writeFileSync(join(lab.tmp, name), '#!/bin/sh\necho planted\n', { mode: 0o755 });
    }
    const path = { env: { PATH: `:.:./:${lab.bin}:` } };
    assert.match(await said(['only-here'], path), 'not on PATH');
    assert.match((await lab.run(['git', '--version'], path)).out, /^git version/);
    assert.is((await lab.run(['./only-here'], path)).out, 'planted\n', 'unless it is named so');
  }));

test('the environment is the one given, and zx takes nothing from ours', () =>
  withLab(async (lab) => {
    const before = { ...process.env };
    Object.assign(process.env, { ZX_PREFIX: 'echo planted;', ZX_SHELL: '/no/shell', ZX_TIMEOUT: '1ms', SECRET: 'x' });
    try {
      for (const command of ['env', ['env']]) {
        const { out } = await lab.run(command, { env: { PATH: lab.bin, ONE: '1' } });
        const names = out
          .trim()
          .split('\n')
          .map((line) => line.split('=')[0]!)
          .filter((name) => !['SHLVL', '_'].includes(name));
        assert.equal(names.sort(), ['MM_PROCESS_TOKEN', 'ONE', 'PATH', 'PWD']);
      }
    } finally {
      process.env = before;
    }
  }));

test('a time limit ends the whole tree, also what ignores TERM or sits in a session of its own [M3]', () =>
  withLab(async (lab) => {
    const line = [
      "trap '' TERM",
      leave('child'),
      ...(HAS_SETSID ? [leave('session', 'setsid'), leave('bare', 'setsid env -i LOG="$LOG" PATH="$PATH"')] : []),
      'while :; do sleep 0.05; done',
    ].join('\n');
    const running = lab.run(line, { limitMs: 1500 });
    const names = ['child', ...(HAS_SETSID ? ['session', 'bare'] : [])];
    const pids = (await Promise.all(names.map((name) => lab.pids(name)))).flat();
    const ended = await running;
    assert.equal([ended.ended, ended.signal, ended.detail], ['timeout', 'SIGKILL', null]);
    for (const pid of pids) assert.not.ok(lives(pid));
  }));

test('a program that exits 0 on TERM timed out all the same [M3]', () =>
  withLab(async (lab) => {
    const ended = await lab.run("trap 'echo tidy; exit 0' TERM; while :; do sleep 0.02; done", {
      limitMs: 200,
      graceMs: 5000,
    });
    assert.equal([ended.ended, ended.exitCode, ended.out], ['timeout', 0, 'tidy\n']);
  }));

test('a stopped child is ended, and so is one that forks while it is killed', () =>
  withLab(async (lab) => {
    const stopped = await lab.run('kill -STOP $$; while :; do sleep 1; done', { limitMs: 150 });
    assert.is(stopped.ended, 'timeout');
    const how = HAS_SETSID ? 'setsid' : '';
    const forking = await lab.run(`trap '' TERM; while :; do ${how} sleep 77.5 & sleep 0.002; done`, {
      limitMs: 200,
      graceMs: 100,
    });
    assert.equal([forking.ended, forking.detail], ['timeout', null]);
    if (existsSync('/proc/self')) assert.equal(processesNamed('sleep\x0077.5'), []);
  }));

/** Pids whose command line holds a text. */
function processesNamed(text: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(text);
    } catch {
      return false; // gone meanwhile
    }
  });
}

test('after a normal exit nothing that it left lives on, and the exit says so', () =>
  withLab(async (lab) => {
    const names = ['group', ...(HAS_SETSID ? ['session'] : [])];
    const line = [
      leave('group'),
      ...(HAS_SETSID ? [leave('session', 'setsid')] : []),
      ...names.map(waitForPid),
      'exit 3',
    ].join('\n');
    const ended = await lab.run(line);
    assert.equal([ended.ended, ended.exitCode], ['exit', 3]);
    assert.match(ended.detail ?? '', /^left \d+ processes running; ended$/);
    for (const name of names) assert.not.ok(lives((await lab.pids(name))[0]!));
  }));

test('silence is noticed; output is not silence', () =>
  withLab(async (lab) => {
    const silent = await lab.run('echo once; while :; do sleep 1; done', { silenceMs: 300 });
    assert.equal([silent.ended, silent.out], ['stalled', 'once\n']);
    const talking = await lab.run('for i in 1 2 3 4 5 6 7 8 9; do echo $i >&2; sleep 0.2; done', { silenceMs: 1500 });
    assert.is(talking.ended, 'exit');
  }));

test('a command whose work is done may stay for a grace, then it is ended with all it started', () =>
  withLab(async (lab) => {
    const over = (isOver: boolean) => ({ graceMs: 300, look: async () => ({ printed: 5, isOver }) });
    const line = `${leave('child')}\necho done\nwhile :; do sleep 1; done`;
    const stayed = await lab.run(line, { over: over(true) });
    assert.equal([stayed.ended, stayed.out], ['over', 'done\n']);
    for (const pid of await lab.pids('child')) assert.not.ok(lives(pid));
    assert.is((await lab.run('exit 3', { over: over(true) })).ended, 'exit');
    assert.is((await lab.run('while :; do sleep 1; done', { over: over(false), limitMs: 1500 })).ended, 'timeout');
    let printed = 0;
    const talking = { graceMs: 1500, look: async () => ({ printed: ++printed, isOver: true }) };
    assert.is((await lab.run('sleep 2.5', { over: talking })).ended, 'exit', 'what still prints is not ended');
  }));

test('an abort interrupts; the first reason wins; what was aborted before is not started', () =>
  withLab(async (lab) => {
    const stop = new AbortController();
    const running = lab.run(
      `${leave('child')} ${waitForPid('child')}; trap '' TERM; touch "$LOG/ready"; while :; do sleep 0.05; done`,
      {
        signal: stop.signal,
        limitMs: 20_000,
      },
    );
    await waitUntil('it is ready', () => (existsSync(join(lab.log, 'ready')) ? true : null));
    stop.abort();
    const ended = await running;
    assert.equal([ended.ended, ended.signal], ['interrupted', 'SIGKILL']);
    assert.not.ok(lives((await lab.pids('child'))[0]!));

    const late = await lab.run('touch "$LOG/started"', { signal: stop.signal });
    assert.is(late.ended, 'interrupted');
    assert.not.ok(existsSync(join(lab.log, 'started')));
  }));

test('all commands can be ended at once, gently or now', () =>
  withLab(async (lab) => {
    const three = [1, 2, 3].map((n) => lab.run(`echo $$ >"$LOG/gentle-${n}"; while :; do sleep 0.05; done`));
    await lab.pids('gentle', 3);
    await endAll();
    assert.equal(
      (await Promise.all(three)).map((each) => each.ended),
      ['interrupted', 'interrupted', 'interrupted'],
    );

    const stubborn = [1, 2].map((n) =>
      lab.run(`trap '' TERM; echo $$ >"$LOG/stubborn-${n}"; while :; do sleep 0.05; done`, { graceMs: 60_000 }),
    );
    await lab.pids('stubborn', 2);
    const ending = endAll();
    killEverythingNow();
    await ending;
    assert.equal(
      (await Promise.all(stubborn)).map((each) => each.signal),
      ['SIGKILL', 'SIGKILL'],
    );
  }));

if (existsSync('/proc/self/environ'))
  test('what an earlier run left is found by its session and ended, and nothing else', () =>
    withLab(async (lab) => {
      const start = (id: string) => startProcess(['sleep', '60'], { env: { PATH: lab.bin, MM_SESSION_ID: id } });
      const [mine, other] = [start('session-1'), start('session-12')];
      assert.equal(await endMarked('MM_SESSION_ID', 'session-1', 1000), { found: 1, left: [] });
      assert.is((await mine.exit).signal, 'SIGTERM');
      assert.ok(lives(other.pid));
      other.kill('SIGKILL');
      await other.exit;
    }));

test('200 MB of output go past the runner: its memory stays small', () =>
  withLab(async (lab) => {
    const runner = await startRunner(lab, lab.spec('head -c 200000000 /dev/zero; head -c 1000000 /dev/zero >&2')).exit;
    const ended = JSON.parse(runner.stdout);
    assert.is(ended.exitCode, 0);
    assert.equal(statSync(join(lab.log, 'command-1.out')).size, 200_000_000);
    assert.ok(ended.peakBytes < 150 * 2 ** 20, `peak ${Math.round(ended.peakBytes / 2 ** 20)} MiB`);
  }));

/** The program that starts a runner of its own, under the runtime that runs the tests. */
function startRunner(lab: Lab, spec: ProcessSpec) {
  const script = fileURLToPath(new URL('../support/command-runner.ts', import.meta.url));
  const how = 'Deno' in globalThis ? ['run', '-A'] : ['--import', import.meta.resolve('tsx')];
  return startProcess([process.execPath, ...how, script, JSON.stringify(spec)], { env: lab.env });
}

for (const [what, wholeGroup] of [
  ['the runner', false],
  ['the whole group of the runner', true],
] as const)
  test(`after kill -9 of ${what} nothing that it started lives on, and its guardian goes too`, () =>
    withLab(async (lab) => {
      const names = ['child', 'stubborn', ...(HAS_SETSID ? ['session'] : [])];
      const line = [
        leave('child'),
        ...(HAS_SETSID ? [leave('session', 'setsid')] : []),
        `bash -c 'trap "" TERM HUP; echo $$ >"$LOG/stubborn.pid"; while :; do sleep 0.05; done' &`,
        'echo $$ >"$LOG/leader.pid"',
        'while :; do sleep 0.05; done',
      ].join('\n');
      const runner = startRunner(lab, lab.spec(line, { graceMs: 60_000 }));
      const pids = (await Promise.all([...names, 'leader'].map((name) => lab.pids(name)))).flat();
      const guardian = existsSync('/proc/self') ? guardiansOf(runner.pid) : [];
      for (const pid of [...pids, ...guardian]) assert.ok(lives(pid));
      if (wholeGroup) runner.killGroup('SIGKILL');
      else runner.kill('SIGKILL');
      await waitUntil('all are gone', () => ([...pids, ...guardian].some(lives) ? null : true));
      if (existsSync('/proc/self')) assert.is(guardian.length, 1);
    }));

test('a finished run leaves no guardian', () =>
  withLab(async (lab) => {
    if (!existsSync('/proc/self')) return;
    const runner = startRunner(
      lab,
      lab.spec('echo $$ >"$LOG/leader.pid"; while [ ! -e "$LOG/go" ]; do sleep 0.02; done'),
    );
    await lab.pids('leader');
    const [guardian] = guardiansOf(runner.pid);
    writeFileSync(join(lab.log, 'go'), '');
    assert.is((await runner.exit).code, 0);
    await waitUntil('the guardian is gone', () => (lives(guardian!) ? null : true));
  }));

test('when somebody ends the guardian, another takes over, for commands that run and for the next one', () =>
  withLab(async (lab) => {
    if (!existsSync('/proc/self')) return;
    const another = (not: number) =>
      waitUntil('another guardian', () => guardiansOf(process.pid).find((each) => each !== not) ?? null);
    await lab.run('true');
    const [first] = guardiansOf(process.pid);
    process.kill(first!, 'SIGKILL');
    await waitUntil('it is gone', () => (lives(first!) ? null : true));
    const running = lab.run('echo $$ >"$LOG/leader.pid"; while [ ! -e "$LOG/go" ]; do sleep 0.02; done');
    try {
      await lab.pids('leader');
      const second = await another(first!);
      process.kill(second, 'SIGKILL');
      await another(second);
      assert.is(guardiansOf(process.pid).length, 1);
    } finally {
      writeFileSync(join(lab.log, 'go'), '');
    }
    assert.is((await running).ended, 'exit');
  }));

/** Guardians whose parent is the runner. */
function guardiansOf(pid: number): number[] {
  return processesNamed('guardian.sh')
    .map(Number)
    .filter(
      (each) =>
        lives(each) && readFileSync(`/proc/${each}/stat`, 'latin1').split(') ')[1]!.split(' ')[1] === String(pid),
    );
}

test('short commands of our own: input, output, exit code; no input read, none given, too much said', () =>
  withLab(async (lab) => {
    const tool = (name: string) => join(lab.bin, name);
    const at = { cwd: lab.tmp, env: { PATH: lab.bin } };
    const big = 'x'.repeat(3_000_000);
    const echoed = await collect([tool('cat')], { ...at, input: big });
    assert.equal([echoed.exitCode, Buffer.from(echoed.stdout).toString() === big, echoed.stderr], [0, true, '']);
    assert.is((await collect([tool('true')], { ...at, input: big })).exitCode, 0);
    assert.is((await collect([tool('cat')], at)).stdout.length, 0);
    const failed = await collect([tool('bash'), '-c', 'echo why >&2; exit 9'], at);
    assert.equal([failed.exitCode, failed.stderr], [9, 'why\n']);

    const failure = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => null,
        (thrown) => thrown,
      );
      assert.instance(error, FailureError);
      return (error as FailureError).failure.id;
    };
    assert.is(
      await failure(collect([tool('head'), '-c', '100000', '/dev/zero'], { ...at, maxBytes: 10 })),
      'output-too-long',
    );
    assert.is(await failure(collect([join(lab.tmp, 'none')], at)), 'process-not-started');
    assert.is(await failure(collect([tool('true')], { ...at, cwd: join(lab.tmp, 'none') })), 'process-not-started');

    const stop = new AbortController();
    const waiting = collect([tool('sleep'), '60'], { ...at, signal: stop.signal });
    stop.abort(new Error('enough'));
    assert.match(
      (
        await waiting.then(
          () => null,
          (thrown) => thrown,
        )
      ).message,
      'enough',
    );
  }));

test.run();
