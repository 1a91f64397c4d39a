// Whether a ref that was moved has lost nothing by it.
import { type GitOptions, type GitPlace, git, isObjectId } from '../system/git.ts';

/** For questions about history: by the commits alone, whatever else was planted that would show it otherwise. */
export const FAITHFUL: GitOptions = {
  env: { GIT_NO_REPLACE_OBJECTS: '1', GIT_GRAFT_FILE: '/dev/null' },
  config: ['core.commitGraph=false'],
};

/** Whether `now` is a commit that holds all the history of `old`. */
export async function isForward(place: GitPlace, old: string, now: string): Promise<boolean> {
  const ids = [old, now].every(isObjectId);
  return ids && (await git(place, ['merge-base', '--is-ancestor', old, now], FAITHFUL)).code === 0;
}
