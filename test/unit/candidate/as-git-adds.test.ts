// A candidate is what `git add --all` would take.
import { chmodSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addAll } from '../../../lib/candidate/add-all.ts';
import { baselineIndex, keepBaseline } from '../../../lib/candidate/baseline.ts';
import { capture } from '../../../lib/candidate/capture-workspace.ts';
import { copyIndex } from '../../../lib/candidate/copy-index.ts';
import { withIndex } from '../../../lib/candidate/private-git.ts';
import type { CandidateStore } from '../../../lib/candidate/store.ts';
import { codeOf } from '../../../lib/system/file-failure.ts';
import type { Repo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { filesOfTree, makeLane, NAMES_ANY_FILE, shell, withLane, withStore } from './fixture.ts';

const FILES = { '.gitignore': '*.log\nhush\n/notes\nnode_modules/\n', 'a.txt': 'a\n', 'src/a.ts': 'a\n' };

interface Case {
  readonly does: string;
  readonly changed: readonly string[];
  readonly side?: readonly string[];
  readonly before?: (repo: Repo) => void;
}

const git = (repo: Repo, script: string): string => shell(repo.dir, repo.env, script);

/** Each was taken wrongly once, when the way file by file was thought to fit it. */
const ODD: Readonly<Record<string, Case>> = {
  'a new folder in a tracked folder that became a repository': {
    does: 'git init -q src; mkdir -p src/new/er; echo 1 > src/new/n; echo 2 > src/new/er/m; echo l > src/new/x.log',
    changed: ['src/new/er/m', 'src/new/n'],
    side: ['embedded-repository src/.git', 'ignored src/new/x.log'],
  },
  'a name that reads as a pattern beside an ignored file': {
    does: "echo 1 > ':(icase)x'; echo 1 > ':!y'; mkdir ':(attr:x)z'; echo 1 > ':(attr:x)z/f'; echo SECRET > z.log",
    changed: [':!y', ':(attr:x)z/f', ':(icase)x'],
    side: ['ignored z.log'],
  },
  'a name that reads as a pattern for what a rule names': {
    does: "echo work > ':hush'; echo work > ':(top)notes'; mkdir ':(top)node_modules'; echo work > ':(top)node_modules/x'",
    changed: [':(top)node_modules/x', ':(top)notes', ':hush'],
  },
  'converted files as they are committed, and a repository within': {
    before: (repo) =>
      git(repo, "echo '*.bat eol=crlf' > .gitattributes; printf 'x\\n' > a.bat; git add .; git commit -qm x"),
    does: "sed -i 's/\\r//' a.bat; git init -q nested; echo n > nested/n",
    changed: ['a.bat', 'nested/n'],
    side: ['embedded-repository nested/.git'],
  },
  'rules that are in the index alone, in a sparse checkout': {
    before: (repo) =>
      git(
        repo,
        `mkdir in out; echo a > in/a; echo b > out/b; echo '*.pem' > out/.gitignore; git add .; git commit -qm x
        git sparse-checkout set in`,
      ),
    does: 'mkdir -p out/deep; echo k > out/k.pem; echo k > out/deep/k.pem; echo n > out/n',
    changed: ['out/n'],
  },
  'a tracked file that rules name became a repository': {
    before: (repo) => git(repo, 'echo 1 > x.log; git add -f x.log; git commit -qm x'),
    does: 'rm x.log; git init -q x.log; echo 1 > x.log/f',
    changed: ['x.log', 'x.log/f'],
    side: ['embedded-repository x.log/.git'],
  },
  'a disk that tells no programs': {
    before: (repo) => git(repo, 'chmod +x src/a.ts; git add .; git commit -qm x; git config core.fileMode false'),
    does: 'echo b >> src/a.ts; chmod +x a.txt; echo n > new; chmod +x new',
    changed: ['new', 'src/a.ts'],
  },
};

for (const [what, { does, changed, side = [], before = () => {} }] of Object.entries(ODD)) {
  for (const kind of ['worktree', 'clone'] as const) {
    test(`${what}, in a ${kind} [A1]`, () =>
      withLane({ files: FILES, kind, before: (repo) => void before(repo) }, async (lane) => {
        lane.sh(does);
        const captured = await lane.capture();
        assert.equal(captured.changes.map(({ path }) => path).sort(), changed);
        const told = captured.side.map(({ what, path }) => `${what} ${path}`);
        for (const each of side)
          assert.ok(
            told.some((one) => each.startsWith(one)),
            `${each} is told: ${told.join(', ')}`,
          );
        if (what.startsWith('a disk')) {
          assert.is(modeIn(lane.store, captured.tree, 'src/a.ts'), 'x');
          assert.is(modeIn(lane.store, captured.tree, 'new'), '-');
        }
      }));
  }
}

const modeIn = (store: CandidateStore, tree: string, path: string): string =>
  filesOfTree(store, tree).get(path)!.slice(0, 1);

test("names that read as patterns, in the user's own tree: theirs is theirs [A1]", () =>
  withStore({ files: FILES }, async (repo, store) => {
    git(repo, "echo 1 > ':(icase)x.log'; echo 2 > z.log; echo 3 > hush");
    const main = { id: 'm', kind: 'main', path: repo.dir, branch: null } as const;
    await keepBaseline(store, main, { touched: false });
    git(repo, 'echo m > new');
    assert.equal(
      value(await capture(store, main)).changes.map(({ path }) => path),
      ['new'],
    );
  }));

/** Numbers that are the same each time. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % limit;
  };
}

const NAMES = [
  'a',
  'a.b',
  'a-',
  'b',
  'B',
  'x.log',
  'ig',
  '.gitignore',
  ' s ',
  '*',
  '-r',
  ':!d',
  ':ig',
  'é',
  'n\nl',
  '[e]',
  'q"',
].concat(NAMES_ANY_FILE ? ['a\xff'] : []);
const RULES = ['*.log\n', 'ig\n', 'ig/\n', '/b\n', '*\n', '!*.log\n', '*\n!a\n', 'a/**\n', '# \n', '*\n!.gitignore\n'];

/** Whether a link stands on the way to a path, or in its place where that would be followed. */
const leadsOut = (at: (path: string) => string | Buffer, parts: readonly string[]): boolean =>
  parts.some(
    (_, n) => lstatSync(at(parts.slice(0, n + 1).join('/')), { throwIfNoEntry: false })?.isSymbolicLink() === true,
  );

/** Does something with files at random, as a model may; what can't be done is passed over. */
function work(top: string, below: (limit: number) => number, count: number): void {
  const at = (path: string) =>
    NAMES_ANY_FILE ? Buffer.concat([Buffer.from(`${top}/`), Buffer.from(path, 'latin1')]) : `${top}/${path}`;
  for (let n = 0; n < count; n++) {
    const parts = Array.from({ length: 1 + below(3) }, () => NAMES[below(NAMES.length)]!);
    const [path, folder] = [parts.join('/'), parts.slice(0, -1).join('/')];
    const what = below(8);
    try {
      // links lead out of the folder, as a model's may: nothing is written, removed or changed through one
      const following = what === 2 || what > 4;
      if (leadsOut(at, following ? parts : parts.slice(0, -1))) continue;
      if (what < 2) rmSync(at(what === 0 ? path : parts[0]!), { recursive: true });
      else if (what === 2) chmodSync(at(path), below(2) ? 0o755 : 0o644);
      else if (what === 3) mkdirSync(at(path), { recursive: true });
      else {
        if (what === 4) rmSync(at(path), { recursive: true, force: true });
        if (folder !== '') mkdirSync(at(folder), { recursive: true });
        if (what === 4) symlinkSync(['a', '..', 'nowhere', '/usr'][below(4)]!, at(path));
        else writeFileSync(at(path), parts.at(-1) === '.gitignore' ? RULES[below(RULES.length)]! : `${below(5)}\n`);
      }
    } catch (error) {
      if (codeOf(error) === null) throw error;
    }
  }
}

test('sixty models at random: each candidate is just what git adds [A1]', async () => {
  const below = numbers(20261126);
  for (let round = 0; round < 20; round++) {
    await withStore(
      {
        files: { keep: 'k\n', '.gitignore': '*.log\nig\n' },
        before: (repo) => {
          work(repo.dir, below, 40);
          git(repo, `git add -A ${below(2) ? '-f' : ''}; git commit -qm x --allow-empty`);
        },
      },
      async (repo, store) => {
        const lane = await makeLane(repo, store, 'worktree');
        await keepBaseline(store, lane.workspace, { touched: false });
        for (let step = 0; step < 3; step++) {
          work(lane.workspace.path, below, 15);
          const { tree } = await lane.capture();
          const added = await withIndex(store, async (indexFile) => {
            await copyIndex(baselineIndex(store, lane.workspace.id), indexFile);
            return addAll(store, { workTree: lane.workspace.path, indexFile, left: [], repositories: [] });
          });
          const [ours, gits] = [tree, added.tree].map((each) => Object.fromEntries(filesOfTree(store, each)));
          assert.equal(ours, gits, `round ${round}, step ${step}`);
          assert.is(tree, added.tree);
        }
      },
    );
  }
});

test.run();
