// A tree may want other packages than the base, whose packages workspaces are prepared with. Installs what it names, by
// the prepare rules, before it is tested there. Never in the user's own tree.
import { dirname, join } from 'node:path';
import { installIn, type Wish } from '../candidate/install-in.ts';
import { readBlobs } from '../candidate/objects.ts';
import { treeDiff } from '../candidate/tree-diff.ts';
import type { Workspace } from '../candidate/workspaces.ts';
import type { Failure } from '../core/failure.ts';
import type { Command } from '../core/shell-word.ts';
import { globMatcher } from '../evidence/globs.ts';
import { namesIn } from '../system/files.ts';
import type { StepContext } from './executor.ts';
import { commandText } from './find-gates.ts';
import { runCommand } from './prepare.ts';
import type { Run } from './run-context.ts';

/**
 * Makes a workspace in which `tree` lies hold the packages that it names.
 * @returns null when it does; why it can't: what is tested there then says nothing about the tree
 */
export async function installFor(context: StepContext, workspace: Workspace, tree: string): Promise<Failure | null> {
  const { run } = context;
  if (workspace.kind === 'main') return null;
  const wishes = await wishesOf(run, tree);
  const before = run.places.installed.get(workspace.id);
  // back on the base's packages, after another tree's, whatever was asked for then is asked for again
  const asked = [...new Map([...(before?.wishes ?? []), ...wishes].map((wish) => [wish.path, wish])).values()];
  const wanted = wishes.length === 0 ? run.baseTree : tree;
  if ((before?.tree ?? run.baseTree) === wanted) return before?.failure ?? null;
  if (workspace.far !== undefined) {
    // what is there is not seen from here: what made it for the base makes it for the tree
    const failed = await run.places.prepareAgain(workspace);
    run.places.installed.set(workspace.id, { tree: wanted, wishes, failure: failed });
    if (failed !== null) run.warnOnce(failed.what);
    return failed;
  }
  let failure: Failure | null = null;
  const hadPackages = await hasPackages(workspace, asked);
  for (const [folder, command] of await commandsFor(workspace, asked)) {
    const done = await runCommand(context, { workspace: workspace.path, path: join(workspace.path, folder) }, command);
    if (done.ok) continue;
    if (context.signal.aborted) return done.failure;
    const files = wishes.map(({ path }) => path).join(', ');
    if (!hadPackages) {
      run.warnOnce(
        `${commandText(command)} failed for ${files || 'the base'}. Nothing was installed before either, so its ` +
          'gates run without.',
      );
      continue;
    }
    failure = done.failure;
    run.warnOnce(
      `${commandText(command)} failed, and ${files || 'the base'} needs it: without its packages nothing can be said ` +
        'about it.',
    );
    break;
  }
  run.places.installed.set(workspace.id, { tree: wanted, wishes, failure });
  return failure;
}

/** Whether packages stand where they are asked for: a project that is tested without any is so with other ones, too. */
async function hasPackages({ path: top }: Pick<Workspace, 'path'>, wishes: readonly Wish[]): Promise<boolean> {
  for (const { path, rule } of wishes) {
    const isPackages = globMatcher(rule.copy);
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if ((await namesIn(join(top, folder))).some(isPackages)) return true;
      if (folder === '.') break;
    }
  }
  return false;
}

/**
 * What has to be typed where a tree lies at `path` so that its packages are there; nothing where the base's will do.
 */
export async function installsFor(run: Run, path: string, tree: string): Promise<readonly string[]> {
  const commands = await commandsFor({ path }, await wishesOf(run, tree));
  return [...commands].map(([folder, command]) =>
    folder === '.' ? commandText(command) : `${commandText(command)} (in ${folder})`,
  );
}

/** Each command once, with its folder. */
async function commandsFor(
  workspace: Pick<Workspace, 'path'>,
  wishes: readonly Wish[],
): Promise<Iterable<[string, Command]>> {
  const commands = new Map<string, [string, Command]>();
  for (const { path, rule } of wishes) {
    const install = await installIn(workspace.path, rule, dirname(path));
    if (install !== null) commands.set(JSON.stringify(install), [install.folder, install.command]);
  }
  return commands.values();
}

/** Where a tree asks for other packages than the base does. */
async function wishesOf(run: Run, tree: string): Promise<readonly Wish[]> {
  const { store } = run;
  const wishes: Wish[] = [];
  for (const { path, before, after } of await treeDiff(store, run.baseTree, tree)) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const rule = run.recipe.prepareRules.find(({ manifests }) => Object.hasOwn(manifests, name));
    if (rule === undefined || [before, after].some((entry) => entry !== null && !entry.mode.startsWith('100')))
      continue;
    const oids = [before, after].flatMap((entry) => (entry === null ? [] : [entry.oid]));
    const texts = (await readBlobs(store, oids)).map((bytes) => Buffer.from(bytes).toString());
    const [old, now] = [before === null ? '' : texts[0]!, after === null ? '' : texts.at(-1)!];
    const parts = partsOf(rule.manifests[name]!);
    if (parts(old) !== parts(now)) wishes.push({ path, rule });
  }
  return wishes;
}

/** What of a manifest's text says which packages there are; '': all of it. */
const partsOf =
  (expression: string) =>
  (text: string): string =>
    expression === '' ? text : (text.match(new RegExp(expression, 'gm')) ?? []).join('\n');
