// What refs name, and their removal.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './file-failure.ts';
import { git, gitConversation, gitEnded } from './git.ts';
import type { Conversation } from './own-command.ts';

/** What a ref names, null where it is not there; git is asked where it does not lie in a file of its own. */
export async function refValue(commonDir: string, ref: string): Promise<string | null> {
  const loose = await readFile(join(commonDir, ref), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === null) throw error;
    return '';
  });
  if (/^([0-9a-f]{40}|[0-9a-f]{64})\n?$/.test(loose)) return loose.trim();
  const { code, stdout } = await git({ gitDir: commonDir }, ['rev-parse', '--verify', '--quiet', ref]);
  return code === 0 ? stdout.trim() : null;
}

/**
 * Deletes a ref, itself where it is symbolic; no complaint where there is none.
 * @param old what it must name; absent: whatever it names
 * @throws GitError when git refuses: it names something else, or somebody holds it
 */
export function deleteRef(gitDir: string, ref: string, old = ''): Promise<void> {
  let deleter = deleters.get(gitDir);
  if (!deleter?.isThere) {
    deleter = new Deleter(gitDir);
    deleters.set(gitDir, deleter);
  }
  return deleter.delete(ref, old);
}

const deleters = new Map<string, Deleter>();

const ARGUMENTS = ['update-ref', '--stdin', '-z'];

interface Deletion {
  readonly ref: string;
  readonly old: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One git for all refs that go, from the first one on: each is a transaction of its own. */
class Deleter {
  readonly #gitDir: string;
  readonly #git: Conversation;
  readonly #waiting: Deletion[] = [];
  #heard = '';
  isThere = true;

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
    this.#git = gitConversation({ gitDir, cwd: gitDir }, ARGUMENTS, {}, (bytes) => this.#hear(bytes.toString()));
    this.#git.gone.then(
      (how) => this.#over(() => gitEnded(ARGUMENTS, how)),
      (error: unknown) => this.#over(async () => error),
    );
  }

  delete(ref: string, old: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ref, old, resolve, reject });
      this.#git.await(true);
      this.#git.ask(`start\0option no-deref\0delete ${ref}\0${old}\0commit\0`);
    });
  }

  #hear(text: string): void {
    const lines = (this.#heard + text).split('\n');
    this.#heard = lines.pop()!;
    for (const line of lines) if (line === 'commit: ok') this.#waiting.shift()?.resolve();
    if (this.#waiting.length === 0) this.#git.await(false);
  }

  /** It ends at the first one that it refuses; those behind that are asked again, of another. */
  async #over(failure: () => Promise<unknown>): Promise<void> {
    this.isThere = false;
    const [refused, ...others] = this.#waiting.splice(0);
    refused?.reject(await failure());
    for (const { ref, old, resolve, reject } of others) deleteRef(this.#gitDir, ref, old).then(resolve, reject);
  }
}
