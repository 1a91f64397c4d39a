// Finds the repository around a folder, in whatever state it is: for looking back and putting right. Only reads.
import { stat } from 'node:fs/promises';
import { FailureError, fail, ok, type Result } from '../core/failure.ts';
import { repositoryMessages as say } from '../core/messages/repository-messages.ts';
import { type GitPlace, git } from '../system/git.ts';
import { type GitSettings, readSettings, rewritten } from '../system/git-settings.ts';

export interface Located {
  /** Absolute path of the working tree. */
  readonly top: string;
  /** This working tree's own git folder, and the one that all working trees of the repository share. */
  readonly gitDir: string;
  readonly commonDir: string;
  /** The URL of `origin` as git has it (it may hold a password), null without one. */
  readonly origin: string | null;
  /** As they were when it was found: what a model sets later does not count. */
  readonly settings: GitSettings;
  /** It is a plain folder: the git folder is one of ours (plain-folder.ts), and lies elsewhere. */
  readonly plain?: true;
}

const PLACES = [['--show-toplevel'], ['--absolute-git-dir'], ['--path-format=absolute', '--git-common-dir']];

/** The working tree that `startDir` is in; a failure where there is none. */
export async function locateRepository(startDir: string): Promise<Result<Located>> {
  try {
    if (!(await isFolder(startDir))) return fail(say['no-such-folder']({ dir: startDir }));
    const start: GitPlace = { cwd: startDir };
    const reading = readSettings(startDir);
    reading.catch(() => {}); // what git says of the place itself tells more
    const inside = await git(start, ['rev-parse', '--is-inside-work-tree', ...PLACES.flat()]);
    const [within, ...lines] = inside.stdout.replace(/\n$/, '').split('\n');
    if (within === 'false') return fail(say['bare-repository']({ dir: startDir }));
    if (inside.code !== 0) {
      const why = inside.stderr.trim();
      const none = /not a git repository/i.test(why);
      return fail(
        none ? say['not-a-repository']({ dir: startDir }) : say['repository-refused']({ dir: startDir, why }),
      );
    }
    // A path may hold a line end: then each is asked for by itself.
    const told =
      lines.length === PLACES.length
        ? lines
        : await Promise.all(PLACES.map((place) => gitLine(start, ['rev-parse', ...place])));
    const [top = null, gitDir = null, commonDir = null] = told;
    if (top === null || gitDir === null || commonDir === null) {
      return fail(say['repository-refused']({ dir: startDir, why: 'it has no top level' }));
    }
    const settings = await reading;
    const url = settings.all.find(({ name }) => name === 'remote.origin.url')?.value;
    return ok({ top, gitDir, commonDir, origin: url === undefined ? null : rewritten(url, settings), settings });
  } catch (error) {
    if (error instanceof FailureError) return fail(error.failure);
    throw error;
  }
}

/** What git printed without the one line end it added (a path may end in one of its own); null when it failed. */
async function gitLine(place: GitPlace, args: readonly string[]): Promise<string | null> {
  const { code, stdout } = await git(place, args);
  return code === 0 ? stdout.replace(/\n$/, '') : null;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // not there or not for us: the same for a place to start in
  }
}
