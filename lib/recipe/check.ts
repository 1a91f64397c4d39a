// Everything that is checked of a recipe whose files could be read: its structure, then its meaning, then its steps.
import { checkCatalogue } from './check-backends.ts';
import { checkSections, checkTable } from './check-sections.ts';
import { StepChecker } from './check-steps.ts';
import { rootScope } from './names.ts';
import type { Report } from './parse.ts';
import { catalogueSchema, recipeSchema } from './schema.ts';
import { tableSchema } from './schema-table.ts';
import type { Executors } from './step-kind.ts';
import { checkStructure } from './structure.ts';
import { at, entriesOf, type MapTree, toJson } from './tree.ts';

/** Reports every mistake of a merged recipe. */
export async function check(recipe: MapTree, executors: Executors, report: Report): Promise<void> {
  await checkStructure(recipe, recipeSchema, report, recipe.entries.has('extends'));
  const options = Object.fromEntries(entriesOf(at(recipe, 'options')).map(([name, value]) => [name, toJson(value)]));
  const namesIn = (section: string) => entriesOf(at(recipe, section)).map(([name]) => name);
  const saved = await new StepChecker(recipe, executors, report).check(
    rootScope(namesIn('triggers'), namesIn('reports'), options),
  );
  checkSections(recipe, saved, report);
}

/** Reports every mistake of a gate table. */
export async function checkTableFile(table: MapTree, report: Report): Promise<void> {
  await checkStructure(table, tableSchema, report, table.entries.has('extends'));
  checkTable(table, report);
}

/** Reports every mistake of a catalogue of CLIs. */
export async function checkCatalogueFile(catalogue: MapTree, report: Report): Promise<void> {
  await checkStructure(catalogue, catalogueSchema, report, catalogue.entries.has('extends'));
  checkCatalogue(catalogue, report);
}
