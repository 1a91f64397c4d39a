// The protocol of a lane on another host, with a plain shell for the far side: dash, bash and busybox where they are.
// deadline: 600
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keepBaseline } from '../../../lib/candidate/baseline.ts';
import { capture } from '../../../lib/candidate/capture-workspace.ts';
import { materialize } from '../../../lib/candidate/materialize.ts';
import { openStore } from '../../../lib/candidate/store.ts';
import type { Workspace } from '../../../lib/candidate/workspaces.ts';
import { callUntil, callVerb, type Far } from '../../../lib/system/remote/host.ts';
import { runFar } from '../../../lib/system/remote/run-far.ts';
import { value } from '../../support/result.ts';
import { waitUntil } from '../../support/wait.ts';
import { type FarRoom, SHELLS, withFar } from './far.ts';

const none = async () => new Uint8Array();

async function open(far: FarRoom, host: Far): Promise<void> {
  const args = ['-C', far.repo, 'pack-objects', '--revs', '--thin', '--stdout', '-q'];
  const pack = execFileSync('git', args, { input: `${far.base}\n` });
  const words = ['open', 'r', 'lane.1', far.base, 'pack', '8'];
  const opened = await callUntil(
    host,
    () => words,
    async () => Buffer.concat([Buffer.from('ignored\n'), pack]),
    far,
  );
  if (typeof opened === 'string') throw new Error(opened);
}

/** What a capture brings, as git lists it. */
async function captured(far: FarRoom, host: Far): Promise<readonly string[]> {
  const answer = await callUntil(host, () => ['capture', 'lane.1'], none, far);
  if (typeof answer === 'string') throw new Error(answer);
  const input = answer.pack!;
  execFileSync('git', ['-C', far.repo, 'index-pack', '--stdin', '--fix-thin', '--strict'], { input });
  const commit = answer.values.get('commit')![0]!;
  return far
    .git('ls-tree', '-r', '-z', commit)
    .split('\0')
    .filter((line) => line !== '');
}

/** Processes of this machine whose environment holds a text. */
const living = (text: string): number =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(text);
    } catch {
      return false; // it has ended, or is not ours
    }
  }).length;

const WORK = `cat
echo "to err" >&2
printf 'a\\r\\n' >crlf.txt
rm kept.txt
printf '* filter=evil text eol=crlf ident\\n' >.gitattributes
printf 'x$Id$\\n' >"$(printf 'o\\nd')"
echo d >-dash; : >empty; echo i >ignored; printf '\\000\\001' >binary
echo run >run.sh; chmod +x run.sh; ln -s nowhere link
mkdir -p made/in cloned "a dir"; echo "sp" >"a dir/f g"
(cd made/in && git init -q && echo y >y && git add y && git -c user.name=a -c user.email=b commit -qm x)
(cd cloned && git init -q && git remote add origin /nowhere && echo c >c)
{ git add -A .; git commit -qm own; } >/dev/null 2>&1
exit 5`;

for (const shell of SHELLS) {
  test(`a lane on a far side with ${shell}: its command, its tree, its end`, () =>
    withFar(shell, async (far) => {
      const host = await far.meet();
      assert.ok(host.programs.has('git') && !host.programs.has('no-such'));
      await open(far, host);
      assert.equal((await far.meet()).known, [far.base], 'the base is not sent again');
      writeFileSync(join(far.log, 'in'), "it's the $PROMPT\n");
      const env = { SECRET_KEY: 'hidden-value', Q: `it's "q" $HOME\n` };
      const first = far.spec('one', ['sh', '-c', `printf %s "$Q"; ${WORK}`], { stdin: join(far.log, 'in'), env });
      const exit = await runFar(far.lane(host), first);
      assert.equal([exit.ended, exit.exitCode], ['exit', 5], far.read('one', 'err'));
      assert.is(far.read('one'), `it's "q" $HOME\nit's the $PROMPT\n`);
      assert.is(far.read('one', 'err'), 'to err\n');
      const again = await runFar(far.lane(host), first);
      assert.equal([again.exitCode, far.read('one').split('\n').length], [5, 3], 'the same job is not run twice');
      assert.not.match(far.everything(), 'hidden-value');

      const lines = await captured(far, host);
      const kinds = Object.fromEntries(lines.map((line) => [line.split('\t')[1], line.slice(0, 6)]));
      assert.equal(kinds, {
        '-dash': '100644',
        '.gitattributes': '100644',
        'a dir/f g': '100644',
        binary: '100644',
        'crlf.txt': '100644',
        empty: '100644',
        link: '120000',
        'made/in/y': '100644',
        'o\nd': '100644',
        'run.sh': '100755',
      });
      const crlf = lines.find((line) => line.endsWith('\tcrlf.txt'))!.split(/[ \t]/)[2]!;
      assert.is(execFileSync('git', ['-C', far.repo, 'cat-file', 'blob', crlf], { encoding: 'utf8' }), 'a\r\n');

      const reset = await callUntil(host, () => ['reset', 'lane.1', far.base, 'none'], none, far);
      assert.not.type(reset, 'string');
      assert.equal(
        await captured(far, host),
        far
          .git('ls-tree', '-r', '-z', 'HEAD')
          .split('\0')
          .filter((line) => line !== ''),
      );
      await callVerb(host, ['remove', 'lane.1'], { ...far, input: new Uint8Array() });
      assert.equal(readdirSync(join(far.home, '.cache/mm/lanes')), []);
    }));

  test(`nothing that a command started outlives its limit, its interrupt or its lease with ${shell}`, () =>
    withFar(shell, async (far) => {
      const host = await far.meet();
      await open(far, host);
      const mark = `MARK=${far.root}`;
      const env = { MARK: far.root };
      const stubborn = `trap '' TERM; sleep 600 & setsid sh -c "trap '' TERM; sleep 601" & echo on; wait; wait`;
      const limited = await runFar(far.lane(host), far.spec('limit', ['sh', '-c', stubborn], { limitMs: 1000, env }));
      assert.equal([limited.ended, living(mark)], ['timeout', 0]);
      const left = await runFar(far.lane(host), far.spec('left', ['sh', '-c', 'sleep 600 & echo done'], { env }));
      assert.equal([left.exitCode, living(mark)], [0, 0]);
      const stop = new AbortController();
      const running = runFar(far.lane(host), far.spec('stop', ['sh', '-c', stubborn], { signal: stop.signal, env }));
      await waitUntil('it runs', () => (living(mark) > 0 ? true : null));
      stop.abort();
      assert.equal([(await running).ended, living(mark)], ['interrupted', 0]);
      // the runner is gone at once, and nobody comes back
      const leave = async (job: string, lease: number) => {
        const gone = new AbortController();
        const spec = `limit=0 grace=1 lease=${lease} both= cwd=/\nlaunch() {\nexport MARK='${far.root}' PATH='${host.path}'\nexec sh -c 'sleep 600'\n}\n`;
        const cut = callVerb(host, ['run', 'lane.1', job, '0', '0', String(spec.length), '0'], {
          ...far,
          input: Buffer.from(spec),
          signal: gone.signal,
          stays: { beatMs: 5000, begun: () => {} },
        });
        await waitUntil('it runs', () => (living(mark) > 0 ? true : null));
        gone.abort();
        await cut;
      };
      await leave('lease', 2);
      await waitUntil('it has ended', () => (living(mark) === 0 ? true : null));
      await leave('killed', 600);
      const supervisor = readFileSync(join(far.home, '.cache/mm/lanes/lane.1/jobs/killed/pid'), 'utf8');
      process.kill(Number(supervisor.split(' ')[0]), 'SIGKILL');
      await waitUntil('it has ended without its supervisor', () => (living(mark) === 0 ? true : null));
      const after = await runFar(far.lane(host), far.spec('lease', ['true']));
      assert.is(after.ended, 'lost');
    }));
}

test('what a shell prints of its own, and a connection that is cut at any stage, change nothing', () =>
  withFar(SHELLS[0]!, async (far) => {
    const noise = ['sh', '-c', 'echo "Welcome!"; printf "no line end"; echo noise >&2; exec "$@"', 'noise'];
    // the first call of each kind ends early: in its input, after a while, or in its output
    far.installTool(
      'flaky',
      `#!/bin/sh
for verb in "$@"; do case $verb in open | run | capture) break ;; *) verb= ;; esac; done
[ -n "$verb" ] && mkdir "$MM_TEST_LOG/cut-$verb" 2>/dev/null || exec "$@"
case $verb in
  open) head -c 150 | "$@" ;;
  run) exec 3<&0; "$@" <&3 & sleep 1.2; kill $! ;;
  capture) "$@" | head -c 200 ;;
esac
`,
    );
    const host = await far.meet(['flaky', ...noise]);
    await open(far, host);
    const slow = 'for i in 1 2 3 4 5 6 7 8; do echo $i; echo $i >>n.txt; sleep 0.3; done; exit 3';
    const lane = { ...far.lane(host) };
    const path = process.env.PATH;
    Object.assign(process.env, { PATH: `${far.bin}:${path}`, MM_TEST_LOG: far.log });
    try {
      const exit = await runFar(lane, far.spec('slow', ['sh', '-c', slow]));
      assert.equal([exit.ended, exit.exitCode, far.read('slow')], ['exit', 3, '1\n2\n3\n4\n5\n6\n7\n8\n']);
    } finally {
      process.env.PATH = path;
    }
    assert.ok((await captured(far, host)).some((line) => line.endsWith('\tn.txt')));
    assert.equal(
      readdirSync(far.log)
        .filter((name) => name.startsWith('cut-'))
        .sort(),
      ['cut-capture', 'cut-open', 'cut-run'],
    );
  }));

test('a lane that is filled with a tree that changed what was prepared there gives that tree again', () =>
  withFar(SHELLS[0]!, async (far) => {
    const host = await far.meet();
    await open(far, host);
    const sessionDir = join(far.sessions, 'one');
    mkdirSync(sessionDir);
    const store = await openStore({ sessionDir, repository: far.repo, base: far.base });
    const lane: Workspace = { id: 'lane.1', kind: 'remote', path: '', branch: null, far: far.lane(host) };
    const does = (job: string, text: string) =>
      runFar(far.lane(host), far.spec(job, ['sh', '-c', `echo ${text} >prepared.txt`]));
    await does('prepare', 'prepared');
    await keepBaseline(store, lane, { touched: true });
    await does('model', 'changed');
    const { tree } = value(await capture(store, lane));
    value(await materialize(store, lane, tree));
    assert.is(value(await capture(store, lane)).tree, tree);
  }));

test.run();
