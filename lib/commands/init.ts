// `mm init [<recipe>]`: writes .mm/<recipe>.yaml, a recipe for this repository with what was found here, for people to
// edit. Never overwrites anything.
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { initMessages } from '../core/messages/init-messages.ts';
import { nearest } from '../core/nearest.ts';
import type { Recipe } from '../core/recipe.ts';
import { actionsIn } from '../core/step.ts';
import { printJson, printLines } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { type SlotHere, slotsHere } from './examine-models.ts';
import { lacksOf, present } from './gate-needs.ts';
import { gatesOf } from './gates-of.ts';
import { here } from './here.ts';
import { initText, isLive } from './init-text.ts';
import { catalogue, load } from './named-recipe.ts';
import { SHIPPED, shippedWorkflows } from './recipe-files.ts';

/** It brings a sample project. */
const NOT_FOR_REPOSITORIES = ['demo'];

export async function init(line: CommandLine): Promise<Result<number, Failure>> {
  const [parent = 'execute'] = line.operands;
  const known = shippedWorkflows().filter((name) => !NOT_FOR_REPOSITORIES.includes(name));
  if (!known.includes(parent))
    return fail(initMessages.initParent({ name: parent, near: nearest(parent, known), known }));
  const place = await here(line);
  if (!place.ok) return place;
  const { top } = place.value.repository;
  const loaded = await load(parent, line, [SHIPPED]);
  if (!loaded.ok) return loaded;
  const recipe = loaded.value;

  const shown = `.mm/${parent}.yaml`;
  const slots = slotsHere(recipe, top);
  const { gates, from, mistakes } = gatesOf(recipe, top);
  const lacks = Object.fromEntries(
    [...(await lacksOf(recipe, top, Object.values(gates)))].map(([id, { what, install, ofProject = false }]) => {
      return [id, { says: `${what} is not here${install === null ? '' : `: ${install}`}`, ofProject }];
    }),
  );
  const prepared = present(recipe, top);
  const offered = await offers(recipe, top);
  const text = initText({ parent, summary: recipe.summary, shown, slots, offered, gates, from, lacks, prepared });
  const written = writeNew(top, shown, text);
  if (!written.ok) return written;

  const used = [...slots, ...offered.filter(isLive)].flatMap(({ title, backend }) =>
    backend === null ? [] : [`${title} (${backend})`],
  );
  if (line.flags.has('json'))
    printJson({
      file: join(top, shown),
      extends: parent,
      slots: [...slots, ...offered.filter(isLive)],
      gates: Object.keys(gates),
    });
  else {
    printLines([
      `Wrote ${shown}.`,
      `  models: ${used.join(', ') || 'none of their command lines is installed here'}`,
      ...offered
        .filter((slot) => !isLive(slot))
        .map(({ title }) => `  ${title} is installed too; its line is there as a comment`),
      `  quality gates: ${Object.keys(gates).join(', ') || 'none were found; name yours in it'}`,
      ...mistakes.map((mistake) => `  ${mistake}`),
      '',
      'Read it, change what you like, and look whether all is well:',
      `    mm check ${shown}`,
      'Then, for example:',
      `    mm ${shown} "add a --json option"`,
      'An editor that knows YAML schemas completes and checks it with this one:',
      `    ${join(SHIPPED, 'recipe.schema.json')}`,
    ]);
  }
  return ok(0);
}

/** The CLIs of the catalogue that are installed, and that the recipe does not use already or has no work for. */
async function offers(recipe: Recipe, top: string): Promise<readonly SlotHere[]> {
  const used = Object.values(recipe.slots).flatMap(({ backends }) => backends.map(({ cli }) => cli));
  const asks = actionsIn(recipe.phases).filter(({ executor }) => executor === 'model');
  const asksOnly = asks.every(({ fields }) => fields.read_only === true);
  const fit = Object.entries(await catalogue()).filter(([, { backends }]) =>
    backends.every(({ cli, readOnly }) => !used.includes(cli) && (!asksOnly || readOnly !== false)),
  );
  return slotsHere({ ...recipe, slots: Object.fromEntries(fit) }, top).filter(({ backend }) => backend !== null);
}

function writeNew(top: string, shown: string, text: string): Result<undefined> {
  const folder = join(top, '.mm');
  try {
    const there = lstatSync(folder, { throwIfNoEntry: false });
    if (there && !there.isDirectory())
      return fail(initMessages.initFolder({ shown, why: '.mm is there, and no folder' }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(top, shown), text, { flag: 'wx' });
    return ok(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return fail(initMessages.initExists({ shown }));
    return fail(initMessages.initFolder({ shown, why: code ?? message }));
  }
}
