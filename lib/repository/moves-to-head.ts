// Works out which files must change to make a working tree be as the last commit has it. Only reads the tree.
import { writeCheckoutForm } from './checkout-form.ts';
import { look, modeOf, oidOf, under } from './disk.ts';
import type { RepositoryFacts } from './inspect.ts';
import type { Wanted } from './moves.ts';
import type { Changes } from './status.ts';

/**
 * What would make the files of a working tree be as the last commit has them.
 * @param form a folder that is made for that commit's versions
 */
export async function movesToHead(facts: RepositoryFacts, changes: Changes, form: string): Promise<readonly Wanted[]> {
  const heads = new Map<string, { mode: string; oid: string } | null>();
  for (const { path, head, submodule } of changes.tracked) if (!submodule) heads.set(path, head);
  for (const path of changes.untracked) if (!heads.has(path)) heads.set(path, null);

  const inHead = [...heads].filter(([, head]) => head !== null).map(([path]) => path);
  await writeCheckoutForm(facts.gitDir, facts.base, inHead, form);
  const wanted: Wanted[] = [];
  for (const [path, head] of heads) {
    const found = await look(facts.top, path);
    const after = head && { mode: head.mode, file: under(form, path) };
    if (after === null && found.kind === 'missing') continue; // only in the index
    const alike = after !== null && modeOf(found) === after.mode;
    if (alike && (await oidOf(facts.objectFormat, facts.top, path, found)) === (await formId(facts, form, path)))
      continue;
    wanted.push({ path, found, after });
  }
  return wanted;
}

async function formId(facts: RepositoryFacts, form: string, path: string): Promise<string | null> {
  return oidOf(facts.objectFormat, form, path, await look(form, path));
}
