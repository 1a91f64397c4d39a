// Spares the capture of a workspace a second look into files. Git tells times apart by the second: a file that was written in
// the second in which the index was (or later) it takes for changed until it has read it, and a fresh checkout is full of
// those. So they are read once, while the model is at work and the machine idle, as soon as that second is over.
import { rename, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers';
import type { CandidateStore } from './candidate-store.ts';
import { copyIndex } from './copy-index.ts';
import { pristineIndex } from './pristine.ts';
import { privateGit, temporaryPath } from './private-git.ts';
import type { Workspace } from './workspace.ts';

/** A second, and a little for clocks that round. */
const SECOND_MS = 1050;

interface Settling {
  /** Ends it, where it has not begun yet. */
  readonly callOff: () => void;
  readonly done: Promise<void>;
}

const underWay = new WeakMap<CandidateStore, Map<string, Settling>>();

/** To be called when a workspace's beginning has just been kept; goes on by itself. */
export function settle(store: CandidateStore, workspace: Workspace): void {
  const all = underWay.get(store) ?? new Map<string, Settling>();
  underWay.set(store, all);
  let callOff = () => {};
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      callOff = () => {};
      readOnce(store, workspace).then(resolve, resolve); // where it can't, the capture reads them as ever
    }, SECOND_MS);
    timer.unref(); // nobody waits for it when the run is over
    callOff = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  all.get(workspace.id)?.callOff();
  all.set(workspace.id, { callOff: () => callOff(), done });
}

/** Ends when nobody writes the workspace's index any more. */
export async function settled(store: CandidateStore, id: string): Promise<void> {
  const settling = underWay.get(store)?.get(id);
  if (settling === undefined) return;
  underWay.get(store)?.delete(id);
  settling.callOff();
  await settling.done;
}

/** What has changed since stays known as changed: git notes that it differs, and not how it is now. */
async function readOnce(store: CandidateStore, workspace: Workspace): Promise<void> {
  const index = pristineIndex(store, workspace.id);
  const copy = temporaryPath(store, 'settled');
  try {
    await copyIndex(index, copy);
    const refresh = ['update-index', '-q', '--force-write-index', '--refresh'];
    const { code } = await privateGit(store, refresh, { workTree: workspace.path, indexFile: copy });
    if (code === 0 || code === 1) await rename(copy, index);
  } finally {
    await rm(copy, { force: true });
  }
}
