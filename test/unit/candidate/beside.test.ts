// What lies beside the tracked files of the user's tree, known from one listing, is what a walk through all of it finds.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { capture } from '../../../lib/candidate/capture.ts';
import { prepareWorkspace } from '../../../lib/candidate/prepare.ts';
import { keepPristine, type Pristine } from '../../../lib/candidate/pristine.ts';
import type { CandidateStore } from '../../../lib/candidate/store.ts';
import type { Workspace } from '../../../lib/candidate/workspace.ts';
import { inspectRepository } from '../../../lib/repository/inspect.ts';
import { planMainTree } from '../../../lib/repository/main-tree.ts';
import type { Repo } from '../../support/repo.ts';
import { open, shell, value, withStore } from './fixture.ts';

const FILES = {
  '.gitignore': '*.log\nnode_modules/\n/dist\nsecret\n',
  'src/a.ts': 'a\n',
  'src/deep/b.ts': 'b\n',
  'packages/x/index.js': 'x\n',
  'packages/y/index.js': 'y\n',
  'kept/.gitignore': '*\n!.gitignore\n',
};

/** Trees in which git sees nothing new: by what makes them, and whether something in them must be looked at closely. */
const TREES: Readonly<Record<string, string>> = {
  'nothing beside': ':',
  'ignored files and folders': `echo 1 >a.log; echo 1 >src/b.log; mkdir -p node_modules/p/.git dist packages/x/node_modules/q
    echo 1 >node_modules/p/x; echo 1 >dist/out; echo 1 >packages/x/node_modules/q/x; echo s >src/secret`,
  'folders with nothing but ignored files':
    'mkdir -p out/deep src/gen; echo 1 >out/a.log; echo 1 >out/deep/b.log; echo 1 >src/gen/c.log',
  'empty folders': 'mkdir -p empty/deeper src/empty src/deep/empty/er; mkdir node_modules dist',
  'a folder that ignores itself': "mkdir -p .venv/bin; echo '*' >.venv/.gitignore; echo 1 >.venv/bin/python",
  'files in a folder of which all but one is ignored': 'echo 1 >kept/a; mkdir kept/more; echo 1 >kept/more/b',
  pipes: 'mkfifo pipe src/pipe; mkdir out; mkfifo out/pipe; echo 1 >out/x.log',
  links: 'ln -s src dist; ln -s nowhere a.log; mkdir out; ln -s /etc out/b.log',
  'odd names':
    "mkdir -p ':/x' '*' ' s '; echo 1 >':/x/a.log'; echo 1 >'*/a.log'; echo 1 >' s /n\nl.log'; echo 1 >'\"q.log'",
};

const sorted = (pristine: Pristine) => ({
  tree: pristine.tree,
  ignored: pristine.ignored.map(({ path }) => path).sort(),
  emptyFolders: [...pristine.emptyFolders].sort(),
  repositories: pristine.repositories,
  otherFolders: [...pristine.otherFolders].sort(),
});

async function mainTree(repo: Repo, store: CandidateStore): Promise<Workspace> {
  const facts = value(await inspectRepository(repo.dir));
  const { record, beside } = value(await planMainTree(facts, 's1', join(store.sessionDir, 'tree'), { aside: false }));
  assert.ok(beside);
  assert.ok(record.trees[0]!.clean);
  return { id: 'main', kind: 'main', path: repo.dir, branch: null, clean: true, beside };
}

for (const [what, script] of Object.entries(TREES)) {
  test(`${what}: the listing tells what a walk finds [A1]`, () =>
    withStore({ files: FILES }, async (repo, store) => {
      shell(repo.dir, repo.env, script);
      const workspace = await mainTree(repo, store);
      const { beside: _, ...unknown } = workspace;
      const known = await keepPristine(store, workspace, { touched: false });
      const walked = await keepPristine(store, unknown, { touched: false });
      assert.equal(sorted(known), sorted(walked));
    }));

  test(`${what}: what lanes are given is found by the listing, too [W2]`, async () => {
    const found = [];
    for (const known of [true, false]) {
      found.push(
        await withStore({ files: FILES }, async (repo, store) => {
          shell(repo.dir, repo.env, script);
          repo.write({ '.git/info/exclude': '.worktreeinclude\n', '.worktreeinclude': '*.log\n.venv\nkept\n' });
          const { beside, ...unknown } = await mainTree(repo, store);
          const spec = { copy: ['node_modules', '/dist'], link: ['out', 'secret'], include: true };
          // asked for the user's tree first, as in a run; the answer serves all
          await prepareWorkspace(store, known ? { ...unknown, beside: beside! } : unknown, spec);
          const lane = join(repo.root, 'lane');
          mkdirSync(lane);
          const { copied, linked } = await prepareWorkspace(
            store,
            { id: 'l', kind: 'clone', path: lane, branch: null },
            spec,
          );
          return { copied: [...copied].sort(), linked: [...linked].sort() };
        }),
      );
    }
    assert.equal(found[0], found[1]);
  });
}

test('a repository in a folder with tracked files is seen by the listing, too [A1]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const workspace = await mainTree(repo, store);
    shell(repo.dir, repo.env, 'git init -q packages/x');
    const kept = await keepPristine(store, workspace, { touched: false });
    assert.equal(kept.repositories, [{ path: 'packages/x', cloned: false, tracked: true }]);
  }));

test('what came beside the tracked files after they were listed is there, too, and not the model’s [A1]', () =>
  withStore({ files: { ...FILES, '.gitignore': '.env\nnm/\n' } }, async (repo, store) => {
    const workspace = await mainTree(repo, store);
    shell(repo.dir, repo.env, 'echo SECRET > .env; mkdir nm src/empty; echo 1 > nm/x; echo mine > plain');
    const kept = await keepPristine(store, workspace, { touched: false });
    assert.equal(kept.ignored.map(({ path }) => path).sort(), ['.env', 'nm/']);
    assert.equal(kept.emptyFolders, ['src/empty']);
    shell(repo.dir, repo.env, 'echo nm/ > .gitignore; echo m > new');
    const { changes, side } = value(await capture(store, workspace));
    assert.equal(
      changes.map(({ path }) => path),
      ['.gitignore', 'new'],
    );
    assert.equal(side, []);
  }));

test('many paths beside, more than git is asked about one by one [A1]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    shell(
      repo.dir,
      repo.env,
      'for n in $(seq 150); do mkdir -p "many/$n" "src/of/$n"; echo 1 >"many/$n/a.log"; echo 1 >"src/$n.log"; done',
    );
    shell(repo.dir, repo.env, 'for n in $(seq 150); do mkdir "packages/$n"; echo 1 >"packages/$n/a.log"; done');
    const workspace = await mainTree(repo, store);
    assert.ok(workspace.beside!.paths.length > 300);
    const { beside: _, ...unknown } = workspace;
    const known = await keepPristine(store, workspace, { touched: false });
    assert.equal(sorted(known), sorted(await keepPristine(await open(repo), unknown, { touched: false })));
  }));

test.run();
