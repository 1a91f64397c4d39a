// Hosts that are not as one would like them: shells that print, folders with spaces, no git or an old one, a full disk, a
// queue, a node that is taken away. Each is a prefix on this machine.
// deadline: 600
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stringify } from 'yaml';
import { eventsOfType, withCrew } from '../support/crew.ts';
import { farHost, nothingLeft } from '../support/far-host.ts';
import { which } from '../support/paths.ts';
import type { Repo } from '../support/repo.ts';

const LONG = { deadline: 150_000 };
const words = (recipe: string) => [recipe, 'Write greetings', '--headless', '--yes'] as const;

interface Host {
  /** Stands in front of the prefix. */
  readonly front?: readonly string[];
  readonly shell?: string;
  /** Commands that are found there before the machine's own. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A recipe: execute.yaml with these hosts, and which slot names which. */
function recipeWith(
  repo: Repo,
  hosts: Readonly<Record<string, Host>>,
  slots: Readonly<Record<string, unknown>>,
): string {
  const file = join(repo.root, 'odd.yaml');
  const set = Object.fromEntries(Object.entries(slots).map(([slot, host]) => [`slots.${slot}.host`, host]));
  const all = Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, entry(repo, name, host)]));
  writeFileSync(file, stringify({ recipe: 1, name: 'odd', extends: 'execute', hosts: all, set }));
  return file;
}

function entry(repo: Repo, name: string, { front = [], shell = '/bin/sh', tools = {}, more = {} }: Host): unknown {
  const home = homeOf(repo, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  for (const [tool, script] of Object.entries(tools)) writeFileSync(join(home, 'bin', tool), script, { mode: 0o755 });
  writeFileSync(join(home, '.profile'), `echo "Welcome to ${name}"; echo "no mail" >&2\nPATH=${repo.bin}\n`);
  mkdirSync(join(home, '.config/fish'), { recursive: true });
  writeFileSync(join(home, '.config/fish/config.fish'), `echo "Welcome to ${name}"; set -gx PATH ${repo.bin}\n`);
  const env = [`HOME=${home}`, `PATH=${home}/bin:/usr/bin:/bin`, `SHELL=${shell}`, `NODE=${name}`];
  return { via: [...front, 'env', '-i', ...env], ...more };
}

const homeOf = ({ root }: Repo, name: string): string => join(root, `home-${name}`);

/** As ssh is where a shell's rc file prints. */
const PRINTS = ['sh', '-c', 'echo "Last login: today"; echo "disk quota: 90 %" >&2; exec "$@"', 'prints'];
/** csh as far as it matters here: it takes no -l beside another option. */
const CSH = (repo: Repo) => `#!/bin/sh
[ "$1" = -c ] || { echo "Unknown option: $1" >&2; exit 1; }
echo "csh of old"; PATH=${repo.bin}; export PATH; exec sh -c "$2"
`;

test('shells that print, a root with a space, no git, an old one, a full disk: used, or out with the reason', () =>
  withCrew({ gemini: { implement: 'put src/b.txt "b, BEST"\ntouch -t 200101010000 src/b.txt' } }, async (repo) => {
    const disk = await fullDisk(homeOf(repo, 'full'));
    try {
      const hosts = {
        odd: { front: PRINTS, shell: which('fish') ?? '/bin/sh', more: { root: join(repo.root, 'a b/mm') } },
        none: { tools: { git: '#!/bin/sh\necho "git: command not found" >&2\nexit 127\n' } },
        old: { tools: { git: '#!/bin/sh\necho "git version 2.11.4"\n' } },
        ...(disk === null ? {} : { full: { front: disk.front } }),
      };
      const recipe = recipeWith(repo, hosts, { gemini: 'odd', gpt: Object.keys(hosts).slice(1) });
      const result = await repo.runMm(words(recipe), LONG);
      assert.is(result.code, 0, result.stderr);
      assert.match(result.stderr, 'Gemini: gemini (on odd)');
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      assert.match(result.stderr, 'none (git is not there: git: command not found)');
      assert.match(result.stderr, 'old (git 2.11.4 is too old there: 2.20 or newer is needed)');
      if (disk === null) console.log('skipped: no disk can be made small here');
      else assert.match(result.stderr, /full \(.*(No space left|unable to write|could not|can't)/);
    } finally {
      disk?.holder.kill('SIGKILL');
    }
  }));

/** A mount of its own that has little room, in a namespace that lives as long as its holder. */
async function fullDisk(dir: string): Promise<{ holder: ChildProcess; front: readonly string[] } | null> {
  const nsenter = which('nsenter');
  if (nsenter === null || which('unshare') === null) return null;
  mkdirSync(join(dir, '.cache'), { recursive: true });
  const mount = 'mount -t tmpfs -o size=150k none "$0" && echo mounted && exec sleep 600';
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  const holder = spawn('unshare', ['-m', 'sh', '-c', mount, join(dir, '.cache')], { stdio: [...stdio] });
  const isMounted = await new Promise<boolean>((resolve) => {
    holder.stdout!.once('data', () => resolve(true));
    holder.once('error', () => resolve(false)).once('exit', () => resolve(false));
  });
  return isMounted ? { holder, front: [nsenter, '-t', String(holder.pid), '-m'] } : null;
}

test('a full queue, a slow one, csh as login shell; a node that is taken away, for which the prefix returns 0', () =>
  withCrew(
    {
      gemini: { implement: 'put src/b.txt "b, BEST"' },
      codex: {
        implement: 'put src/c.txt "c of gpt"\nkill -9 $(grep -ls NODE=node /proc/[0-9]*/environ | cut -d / -f 3)',
      },
    },
    async (repo) => {
      const csh = join(repo.root, 'csh');
      writeFileSync(csh, CSH(repo), { mode: 0o755 });
      const pending = `mkdir ${repo.root}/asked 2>/dev/null && { echo "Job is pending execution" >&2; exit 1; }; exec "$@"`;
      const up = ['sh', '-c', 'echo "submission failed: the queue is full" >&2; exit 1'];
      const hosts = {
        busy: { more: { up, down: ['true'] } },
        queue: { front: ['sh', '-c', pending, 'srun'], shell: csh, more: { wait: '1m' } },
        node: { front: ['sh', '-c', '"$@"; echo "Node failure" >&2; exit 0', 'srun'] },
      };
      const recipe = recipeWith(repo, hosts, { gemini: ['busy', 'queue'], gpt: 'node' });
      const result = await repo.runMm(words(recipe), LONG);
      assert.is(result.code, 0, result.stderr);
      assert.match(result.stderr, 'queue is not there yet (Job is pending execution); it is waited for.');
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      const [lost, ...more] = eventsOfType(result, 'attempt_end').filter(({ slot }) => slot === 'gpt');
      assert.equal([lost?.result.failure, more.length, repo.calls('codex').length], ['lost', 0, 1], result.stderr);
      assert.not.ok(repo.has('src/c.txt'));
    },
  ));

test('two runs at once on one host, in two working trees of one repository, disturb each other in nothing', () =>
  withCrew({ codex: null }, async (repo) => {
    repo.git('worktree', 'add', '-q', '--detach', '../second');
    const far = farHost(repo);
    const second = join(repo.dir, '../second');
    const both = await Promise.all([repo.dir, second].map((cwd) => repo.runMm(words(far.recipe), { ...LONG, cwd })));
    for (const { code, stderr } of both) assert.is(code, 0, stderr);
    for (const path of ['src/b.txt', '../second/src/b.txt']) assert.is(repo.read(path), 'b, BEST\n');
    await nothingLeft(far);
  }));

test.run();
