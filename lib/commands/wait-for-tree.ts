// `--wait`: a run that begins when the session that works in this tree has ended, in the order in which they came.
import { join } from 'node:path';
import { lockHolder } from '../repository/lock.ts';
import { type Holder, stateOf } from '../repository/lock-holder.ts';
import { joinQueue, queueIn, type Waiter } from '../repository/queue.ts';
import { watchFolder } from '../system/watch-folder.ts';
import type { Here } from './here.ts';

/** So often it is looked whether those who are in front still live. */
const LOOK_MS = 1000;

/** Where those who wait in a repository's working trees are noted. */
export const queueFolder = (repositoryFolder: string): string => join(repositoryFolder, 'waiting');

/**
 * Waits until nobody works in the tree, and nobody else has waited for longer.
 * @param say called once, where there is something to wait for
 * @returns gives up the place; those behind wait until then
 */
export async function waitForTree(
  { folder, repository }: Here,
  command: string,
  say: (text: string) => void,
): Promise<() => Promise<void>> {
  const queue = queueFolder(folder);
  const { me, leave } = await joinQueue(queue, { top: repository.top, command });
  const watch = watchFolder(repository.gitDir);
  try {
    for (let isSaid = false; ; isSaid = true) {
      const before = await inFrontOf(me, await queueIn(queue), () => lockHolder(repository));
      if (before === null) return leave;
      if (!isSaid) say(`Waiting for ${whom(before)} to end.`);
      await watch.next(LOOK_MS);
    }
  } finally {
    watch.close();
  }
}

/** Who has the tree, or else will have it before; null: nobody. */
export async function inFrontOf(
  { nonce, top }: Waiter,
  queue: readonly Waiter[],
  holderOf: () => Promise<Holder | null>,
): Promise<Holder | null> {
  const holder = await holderOf();
  if (holder !== null && stateOf(holder) !== 'dead') return holder;
  const mine = queue.filter((each) => each.top === top);
  return (
    mine
      .slice(
        0,
        mine.findIndex((each) => each.nonce === nonce),
      )
      .at(-1) ?? null
  );
}

const whom = ({ session, pid }: Holder): string =>
  session === '' ? `process ${pid}, which waits too,` : `session ${session} (process ${pid})`;
