// Trees of the benchmark: path → text, with a name made from the content, and what differs between two of them.
import { createHash } from 'node:crypto';
import type { Change } from '../../../lib/core/candidate.ts';

export type Tree = ReadonlyMap<string, string>;

const hash = (text: string): string => createHash('sha1').update(text).digest('hex');

/** A name for a tree: equal content, equal name. */
export function treeId(tree: Tree): string {
  return hash(
    [...tree]
      .sort()
      .map(([path, text]) => `${path}\0${text}`)
      .join('\0\0'),
  );
}

/** What was changed from one tree to another. */
export function changesBetween(base: Tree, tree: Tree): Map<string, Change> {
  const changes = new Map<string, Change>();
  const blob = (text: string | undefined) => (text === undefined ? null : { mode: '100644', oid: hash(text) });
  for (const path of [...new Set([...base.keys(), ...tree.keys()])].sort()) {
    const [before, after] = [base.get(path), tree.get(path)];
    if (before === after) continue;
    const kind = before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified';
    const [addedLines, deletedLines] = lineChanges(before ?? '', after ?? '');
    changes.set(path, {
      path,
      kind,
      before: blob(before),
      after: blob(after),
      renamedFrom: null,
      binary: false,
      addedLines,
      deletedLines,
    });
  }
  return changes;
}

function lineChanges(before: string, after: string): [added: number, deleted: number] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [now.filter((line) => !old.includes(line)).length, old.filter((line) => !now.includes(line)).length];
}
