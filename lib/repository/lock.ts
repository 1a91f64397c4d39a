// One session at a time in a working tree. The lock is a file in the tree's own git folder, so that it is seen from
// every machine and container that shares the disk; it says who holds it, exactly enough to tell a dead holder from a
// living one.
import { randomBytes } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages } from '../core/messages/repository-messages.ts';
import { catchingGitErrors } from './catching-git-errors.ts';
import { type Holder, ownHolder, stateOf } from './lock-holder.ts';

/** Lets go of the lock; does nothing when somebody else holds it by now. */
type Unlock = () => Promise<void>;

/**
 * Takes the lock of a working tree, from a dead holder too.
 * @returns how to let go of it, or a failure that says who holds it and since when
 */
export function lockTree(tree: { readonly gitDir: string }, session: string): Promise<Result<Unlock>> {
  return catchingGitErrors('lock the working tree', async () => {
    const file = join(tree.gitDir, 'mm-session.lock');
    const locked = await lock(file, session);
    if (locked.ok) await removeLeftovers(file);
    return locked;
  });
}

/** Removes the lock of a dead holder, and what those left who died while they took it. One that is held stays. */
export async function clearDeadLock(tree: { readonly gitDir: string }): Promise<void> {
  const locked = await lockTree(tree, 'none');
  if (locked.ok) await locked.value();
}

/** Who holds the lock of a working tree, dead or alive; null when nobody does. */
export function lockHolder(tree: { readonly gitDir: string }): Promise<Holder | null> {
  return readHolder(join(tree.gitDir, 'mm-session.lock'));
}

async function lock(file: string, session: string, depth = 0): Promise<Result<Unlock>> {
  const me = ownHolder(session, randomBytes(8).toString('hex'));
  for (;;) {
    const made = await create(file, me);
    if (made === 'again') continue;
    if (made === 'made') return ok(() => release(file, me));
    const holder = await readHolder(file);
    if (holder === null) continue; // let go of in this instant
    const state = stateOf(holder);
    if (state !== 'dead' || depth > 3)
      return fail(repositoryMessages['session-running']({ ...holder, lock: file, certain: state === 'alive' }));

    // Two may find the same dead holder. Whoever gets this second lock looks again, and only then replaces the first:
    // so nobody takes away the lock of one who was quicker. The second lock may have a dead holder of its own.
    const claim = await lock(`${file}.claim`, session, depth + 1);
    if (!claim.ok) return claim;
    try {
      if ((await readHolder(file))?.nonce !== holder.nonce) continue;
      const mine = await writeOwn(file, me);
      if (!(await rename(mine, file).then(() => true, whenGone))) continue;
      return ok(() => release(file, me));
    } finally {
      await claim.value();
    }
  }
}

/**
 * Makes the lock, complete from its first instant; `again`: what was written for it has been cleared away meanwhile.
 */
async function create(file: string, me: Holder): Promise<'made' | 'taken' | 'again'> {
  const mine = await writeOwn(file, me);
  try {
    await link(mine, file);
    return 'made';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'taken';
    if (code === 'ENOENT') return 'again';
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    return createWithoutLinks(file, me);
  } finally {
    await rm(mine, { force: true });
  }
}

/** For file systems without hard links. */
async function createWithoutLinks(file: string, me: Holder): Promise<'made' | 'taken'> {
  try {
    const handle = await open(file, 'wx', 0o644);
    await handle.writeFile(JSON.stringify(me));
    await handle.close();
    return 'made';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'taken';
    throw error;
  }
}

async function writeOwn(file: string, me: Holder): Promise<string> {
  const own = `${file}.${me.nonce}`;
  const handle = await open(own, 'w', 0o644);
  try {
    await handle.writeFile(JSON.stringify(me));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return own;
}

async function release(file: string, me: Holder): Promise<void> {
  if ((await readHolder(file))?.nonce === me.nonce) await rm(file, { force: true });
}

/**
 * Files beside a lock that we hold, of those who died while they took it. One who is just taking it writes anew when
 * theirs is gone, and finds that the lock is held.
 */
async function removeLeftovers(file: string): Promise<void> {
  for (const name of await readdir(dirname(file))) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const path = join(dirname(file), name);
    const holder = await readHolder(path);
    if (holder !== null && (holder.nonce === '' || stateOf(holder) === 'dead')) await rm(path, { force: true });
  }
}

function whenGone(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}

async function readHolder(file: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof SyntaxError)
      return {
        session: 'unknown',
        nonce: '',
        pid: 0,
        host: 'unknown',
        boot: null,
        namespace: null,
        start: null,
        since: 'an unknown time',
      };
    throw error;
  }
}
