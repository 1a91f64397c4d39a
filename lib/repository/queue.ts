// Who waits for a working tree to become free, oldest first: a file each, in a folder outside of the repository. Who
// died while waiting is passed over.
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, namesIn, writeAtomic } from '../system/files.ts';
import { readJson } from '../system/read-json.ts';
import { type Holder, ownHolder, stateOf } from './lock-holder.ts';

export type Waiter = Holder & {
  /** The working tree. */
  readonly top: string;
  /** The recipe that is to be run. */
  readonly command: string;
};

/** Takes the last place. @returns it, and how to give it up */
export async function joinQueue(folder: string, what: Pick<Waiter, 'top' | 'command'>) {
  const nonce = randomBytes(8).toString('hex');
  const me: Waiter = { ...ownHolder('', nonce), ...what };
  const file = join(folder, `${nonce}.json`);
  await makeFolder(folder, 0o700);
  await forgetDead(folder);
  await writeAtomic(file, JSON.stringify(me));
  return { me, leave: () => rm(file, { force: true }) };
}

/** All that wait and live, oldest first. */
export async function queueIn(folder: string): Promise<readonly Waiter[]> {
  const found = await Promise.all((await filesIn(folder)).map(waiterIn));
  return found
    .filter((each): each is Waiter => each !== null && stateOf(each) !== 'dead')
    .sort((a, b) => (a.since + a.nonce < b.since + b.nonce ? -1 : 1));
}

async function forgetDead(folder: string): Promise<void> {
  for (const file of await filesIn(folder)) {
    const waiter = await waiterIn(file);
    if (waiter !== null && stateOf(waiter) === 'dead') await rm(file, { force: true });
  }
}

const filesIn = async (folder: string): Promise<readonly string[]> =>
  (await namesIn(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));

/** Null: it is gone by now, or no waiter's. */
const waiterIn = (file: string): Promise<Waiter | null> => readJson<Waiter>(file).catch(() => null);
