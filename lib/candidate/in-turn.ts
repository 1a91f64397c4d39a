// Work on a shared thing, one at a time. Git's list of worktrees is such a thing: a `worktree add` that meets the entry
// of another one half written gives up ("failed to read …/commondir").

const last = new Map<string, Promise<unknown>>();

/** Runs `work` when all earlier work of the same name has ended, however it ended. */
export function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  last.set(name, mine);
  return mine;
}
