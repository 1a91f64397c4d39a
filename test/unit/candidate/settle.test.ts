// Files of a fresh checkout are read once while the model works: nothing that it does meanwhile is missed.
import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addWorkspace } from '../../../lib/candidate/add-workspace.ts';
import { capture } from '../../../lib/candidate/capture.ts';
import { keepPristine, pristineIndex } from '../../../lib/candidate/pristine.ts';
import { settle } from '../../../lib/candidate/settle.ts';
import type { CandidateStore } from '../../../lib/candidate/store.ts';
import { planWorkspace, type Workspace } from '../../../lib/candidate/workspace.ts';
import { waitUntil } from '../../support/wait.ts';
import { shell, value, withStore } from './fixture.ts';

const FILES = { 'a.txt': 'aaaa\n', 'b.txt': 'bbbb\n', 'c.txt': 'cccc\n', 'd.txt': 'dddd\n' };

/** Of the same size, with the times of the file that was there. */
const UNSEEN = (name: string) =>
  `cp -p ${name} ../old; tr a-z A-Z <../old >${name}; touch -r ../old ${name}; rm ../old;`;

async function make(store: CandidateStore): Promise<Workspace> {
  const spec = value(await planWorkspace(store, { id: 'x', kind: 'worktree', path: '../lane', branch: 'mm/x/1' }));
  const workspace = value(await addWorkspace(store, spec));
  await keepPristine(store, workspace, { touched: false });
  return workspace;
}

const paths = async (store: CandidateStore, workspace: Workspace) =>
  value(await capture(store, workspace)).changes.map(({ path }) => path);

test('what a model does in the second of the checkout, before or after the files are read, is seen', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const workspace = await make(store);
    const index = pristineIndex(store, workspace.id);
    const second = (path: string) => Math.floor(statSync(path).mtimeMs / 1000);
    settle(store, workspace);
    shell(workspace.path, repo.env, `${UNSEEN('a.txt')} rm b.txt`);
    await waitUntil('the index to be written', () => {
      const young = ['a.txt', 'c.txt', 'd.txt'].map((name) => second(join(workspace.path, name)));
      return second(index) > Math.max(...young) ? true : null;
    });
    shell(workspace.path, repo.env, UNSEEN('d.txt'));
    assert.equal(await paths(store, workspace), ['a.txt', 'b.txt', 'd.txt']);
  }));

test('a capture before that is not held up by it', () =>
  withStore({ files: FILES }, async (repo, store) => {
    const workspace = await make(store);
    const index = pristineIndex(store, workspace.id);
    const { ino } = lstatSync(index);
    settle(store, workspace);
    shell(workspace.path, repo.env, UNSEEN('a.txt'));
    assert.equal(await paths(store, workspace), ['a.txt']);
    assert.is(lstatSync(index).ino, ino);
  }));

test.run();
