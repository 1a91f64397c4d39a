// What lies beside the tracked files of the user's own tree when a model begins to work there is theirs.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keepBaseline } from '../../../lib/candidate/baseline.ts';
import { capture } from '../../../lib/candidate/capture-workspace.ts';
import type { Workspace } from '../../../lib/candidate/workspaces.ts';
import type { Repo } from '../../support/repo.ts';
import { value } from '../../support/result.ts';
import { shell, withStore } from './fixture.ts';

const FILES = {
  '.gitignore': '*.log\nnode_modules/\n/dist\nsecret\n',
  'src/a.ts': 'a\n',
  'src/deep/b.ts': 'b\n',
  'packages/x/index.js': 'x\n',
  'packages/y/index.js': 'y\n',
  'kept/.gitignore': '*\n!.gitignore\n',
};

const mainTree = (repo: Repo): Workspace => ({ id: 'main', kind: 'main', path: repo.dir, branch: null });

test('a repository in a folder with tracked files is seen [A1]', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const workspace = mainTree(repo);
    shell(repo.dir, repo.env, 'git init -q packages/x');
    const kept = await keepBaseline(store, workspace, { touched: false });
    assert.equal(kept.repositories, [{ path: 'packages/x', cloned: false, tracked: true }]);
  }));

test('what lies beside the tracked files is not the model’s [A1]', () =>
  withStore({ files: { ...FILES, '.gitignore': '.env\nnm/\n' } }, async (repo, store) => {
    const workspace = mainTree(repo);
    shell(repo.dir, repo.env, 'echo SECRET > .env; mkdir nm src/empty; echo 1 > nm/x; echo mine > plain');
    const kept = await keepBaseline(store, workspace, { touched: false });
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

test.run();
