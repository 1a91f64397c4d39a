// Puts violations of a fingerprint right: refs and their logs, settings, hooks, stashes; and the working tree with its
// index where a model changed them from outside. What stood there instead is kept: commits under
// refs/mm/<session>/lost/, files in a folder of the session. What was changed once more since it was told is the user's
// and stays.
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSafePath } from '../candidate/safe-path.ts';
import { ok, type Result } from '../core/failure.ts';
import { exists } from '../system/files.ts';
import { type GitPlace, git, gitRecords, gitText, NO_USER_CONFIG } from '../system/git.ts';
import { deleteRef } from '../system/git-refs.ts';
import { catchingGitErrors } from './catching-git-errors.ts';
import { checkedOutElsewhere } from './checked-out.ts';
import { look, under } from './disk.ts';
import { replaceFile } from './file-operations.ts';
import { type Fingerprint, type KeptFile, keepFile, takeTree } from './fingerprint.ts';
import { type MainTree, resetMainTree } from './main-tree.ts';
import { isCommit, keepLost, keptAs } from './private-ref.ts';
import { readRefs } from './read-refs.ts';
import { putBackRefLog, refOfLog } from './ref-logs.ts';
import { clearStaleLocks } from './stale-locks.ts';
import { readLog, stashCommit, stashMessage, writeStashes } from './stash-list.ts';
import type { Violation } from './violations.ts';

interface PutBackRequest {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly session: string;
  /** Files that stood in the place of what is put back are moved here. */
  readonly dir: string;
  readonly before: Fingerprint;
  readonly after: Fingerprint;
  readonly violations: readonly Violation[];
  /** Kinds of violations that somebody else puts right. */
  readonly elsewhere?: readonly Violation['kind'][];
}

/** All but the working tree. @returns what was put right, and what can't be, as sentences */
export function putBack(request: PutBackRequest): Promise<Result<readonly string[]>> {
  return catchingGitErrors('put the repository right', async () => {
    const { before, after, violations, dir } = request;
    const place: GitPlace = { gitDir: request.gitDir };
    const of = (kind: Violation['kind']) => violations.filter((violation) => violation.kind === kind);
    const said: string[] = [];
    for (const { name } of of('file')) {
      const now = keepFile(name) ?? undefined;
      if (isSame(now, before.files[name])) continue;
      if (!isSame(now, after.files[name])) {
        said.push(`${name} has been changed again since and was left as it is.`);
        continue;
      }
      await putBackFile(name, before.files[name], dir);
      said.push(`${name} is as it was.`);
    }
    const refs = await readRefs(request.commonDir);
    for (const { name } of of('ref')) {
      if (refs[name] === before.refs[name]) continue;
      if (refs[name] !== after.refs[name]) {
        said.push(`${name} has been moved again since and was left where it is.`);
        continue;
      }
      const elsewhere = checkedOutElsewhere(request.commonDir, request.gitDir, name);
      if (elsewhere && refs[name] !== undefined) {
        const was = before.refs[name] ? `; it was at ${before.refs[name]}` : '';
        said.push(`${name} is checked out in ${elsewhere.path} and was left where it is${was}.`);
        continue;
      }
      said.push(await putBackRef(place, request.session, name, before.refs[name], after.refs[name]));
      const log = before.logs[`logs/${name}`]; // git removed it with the ref
      if (log !== undefined && !(name in after.refs)) await putBackRefLog(request.commonDir, `logs/${name}`, log);
    }
    for (const { name } of of('log')) {
      await putBackRefLog(request.commonDir, name, before.logs[name] ?? '');
      said.push(`The log of ${refOfLog(name)} holds again what it held.`);
    }
    if (of('stash').length > 0) {
      const known = new Set([...before.stashes, ...of('stash').map(({ name }) => name)].map(stashCommit));
      const added = (await readLog(request.commonDir)).filter((line) => !known.has(stashCommit(line)));
      for (const { name } of of('stash')) {
        const commit = stashCommit(name);
        if (!before.stashes.includes(name)) await keepLost(place, request.session, commit);
      }
      const lines: string[] = [];
      for (const line of [...before.stashes, ...added]) {
        if (await isCommit(place, stashCommit(line))) lines.push(line);
        else said.push(`The stash "${stashMessage(line)}" can't be put back: its commit is gone.`);
      }
      await writeStashes(place, request.commonDir, lines);
      said.push('The list of stashes is as it was, and what was added to it since.');
    }
    for (const { kind, says } of violations)
      if (!['file', 'ref', 'log', 'stash', ...(request.elsewhere ?? [])].includes(kind))
        said.push(`${says} This is left for you to look at.`);
    return ok(said);
  });
}

const isSame = (a: KeptFile | undefined, b: KeptFile | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

async function putBackFile(path: string, before: KeptFile | undefined, dir: string): Promise<void> {
  if (await exists(path)) {
    await mkdir(dir, { recursive: true });
    await rename(path, join(dir, String((await readdir(dir)).length))).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      await rename(path, `${path}.mm-before-put-back`);
    });
  }
  if (before === undefined) return;
  await mkdir(dirname(path), { recursive: true });
  if (before.link !== null) await symlink(before.link, path);
  else {
    await replaceFile(path, Buffer.from(before.data ?? '', 'base64'), before.perm);
    await chmod(path, before.perm);
  }
}

async function putBackRef(
  place: GitPlace,
  session: string,
  name: string,
  old: string | undefined,
  now: string | undefined,
): Promise<string> {
  const kept = now && now !== old ? await keepLost(place, session, now) : null;
  const also = keptAs(kept);
  if (old === undefined) {
    await deleteRef(place.gitDir!, name);
    return `${name} is removed again${also}.`;
  }
  if (old.startsWith('ref: ')) await gitText(place, ['symbolic-ref', name, old.slice('ref: '.length)]);
  else if ((await git(place, ['cat-file', '-e', old])).code !== 0)
    return `${name} can't be put back: the object ${old} is gone.`;
  else await gitText(place, ['update-ref', '--no-deref', name, old]);
  return `${name} is back at ${old.replace(/^ref: /, '').slice(0, 40)}${also}.`;
}

interface PutBackTreeRequest {
  /** The tree as it was kept before the models ran. */
  readonly main: MainTree;
  /** The folder of the fingerprints. */
  readonly dir: string;
  readonly before: Fingerprint;
  /** As it was found when it was told. */
  readonly after: Fingerprint;
}

/**
 * The files and the index of the working tree, only while they are still as they were found. May be repeated and
 * interrupted.
 * @returns what was put right and what was kept, as sentences
 */
export function putBackTree({ main, dir, before, after }: PutBackTreeRequest): Promise<Result<readonly string[]>> {
  return catchingGitErrors('put the working tree back', async () => {
    const tree = main.trees[0]!;
    const started = join(dir, 'putting-back');
    const replaced = join(dir, 'replaced-files');
    if (!(await exists(started))) {
      const cleared = after.locked ? await clearStaleLocks(tree, main.since) : ok(undefined);
      if (!cleared.ok) return cleared;
      const now = await takeTree(tree, dir);
      if (now.index === before.tree?.index && now.files === before.tree.files) return ok([]);
      if (now.index !== after.tree?.index || now.files !== after.tree.files)
        return ok([
          `Files of ${tree.top} have been changed again since; they were left as they are. ` +
            `As they were before: ${main.dir}`,
        ]);
      await keepReplaced(tree.top, dir, before.tree!.files, now.files, replaced);
      await mkdir(started);
    }
    const reset = await resetMainTree(main);
    if (!reset.ok) return reset;
    return ok([
      ...reset.value,
      `The files and the index of ${tree.top} are as they were; what they were changed to is kept in ${replaced}.`,
    ]);
  });
}

async function keepReplaced(top: string, dir: string, before: string, now: string, to: string): Promise<void> {
  const env = { ...NO_USER_CONFIG, GIT_OBJECT_DIRECTORY: join(dir, 'objects') };
  const paths = await gitRecords(
    { gitDir: join(dir, 'shadow') },
    ['diff-tree', '-r', '-z', '--name-only', '--no-renames', before, now],
    { env },
  );
  for (const path of paths.filter(isSafePath)) {
    const found = await look(top, path);
    const copy = under(to, path);
    if ((found.kind !== 'file' && found.kind !== 'link') || (await exists(copy))) continue;
    await mkdir(dirname(copy), { recursive: true });
    if (found.kind === 'link') await symlink(found.target, copy);
    else await copyFile(under(top, path), copy, constants.COPYFILE_FICLONE);
  }
}
