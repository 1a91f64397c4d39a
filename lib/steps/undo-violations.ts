// Puts back what the guard has told, from its records alone: after a crash, too. What was never told may be the user's
// own doing and is left alone.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Undo } from '../core/events.ts';
import { ok, type Result } from '../core/failure.ts';
import type { Fingerprint } from '../repository/fingerprint.ts';
import { dropKeptObjects, putBackObjects } from '../repository/kept-objects.ts';
import type { MainTree } from '../repository/main-tree.ts';
import { putBack, putBackTree } from '../repository/put-back.ts';
import type { Violation } from '../repository/violations.ts';
import { readJson } from '../system/read-json.ts';

/** What was told, with the state in which it was found. */
export interface Told {
  readonly breaches: readonly Violation[];
  readonly after: Fingerprint;
}

/** The record of an effect of kind `guard`. */
export interface GuardRecord extends Undo {
  readonly kind: 'guard';
  readonly dir: string;
  readonly session: string;
  readonly gitDir: string;
  readonly commonDir: string;
  /** Where nobody works in the user's tree: how it was. */
  readonly main: MainTree | null;
  /** The commit that all of the repository's commits hang on. */
  readonly keep: string;
}

/** Breaches that concern the working tree, which is put back as a whole. */
const OF_TREE: readonly Violation['kind'][] = ['files', 'index', 'lock'];

/** Puts back what was told of a session's violations. */
export async function undoViolations(undo: Undo): Promise<Result<readonly string[]>> {
  const record = undo as GuardRecord;
  const told = await readJson<Told>(join(record.dir, 'told.json'));
  const before = await readJson<Fingerprint>(join(record.dir, 'first.json'));
  const done = told === null || before === null ? ok([]) : await putAllBack(record, told, before);
  if (!done.ok) return done;
  await dropKeptObjects(record.commonDir, record.session);
  // As large as the repository, and of no more use; what was put back may have to be put back once more.
  const trees = record.main?.trees.map(({ dir }) => join(dir, 'index')) ?? [];
  const indexes = [join(record.dir, 'index'), join(record.dir, 'staged'), ...trees];
  if (told === null) for (const index of indexes) await rm(index, { force: true });
  return done;
}

async function putAllBack(
  { dir, session, gitDir, commonDir, main }: GuardRecord,
  { breaches: violations, after }: Told,
  before: Fingerprint,
): Promise<Result<readonly string[]>> {
  // Also what nothing seems to need: an index names objects that git may clear away.
  const objects = putBackObjects(commonDir, session) && violations.some(({ kind }) => kind === 'objects');
  const done = await putBack({
    gitDir,
    commonDir,
    session,
    dir: join(dir, 'replaced'),
    before,
    after,
    violations,
    elsewhere: ['session', ...(main === null ? [] : OF_TREE), ...(objects ? (['objects'] as const) : [])],
  });
  if (!done.ok) return done;
  const said = [...(objects ? ['Objects of the repository that were gone are back.'] : []), ...done.value];
  if (main === null || !violations.some(({ kind }) => OF_TREE.includes(kind))) return ok(said);
  const tree = await putBackTree({ main, dir, before, after });
  return tree.ok ? ok([...said, ...tree.value]) : tree;
}
