// A recipe file and all it refers to → a checked recipe, or every mistake in it at once.
// How files are read and where shipped recipes lie is handed in: nothing here touches the disk.
import { createHash } from 'node:crypto';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { ExecutorSpec } from '../core/executor-spec.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { mistakes, type ReadProblem, recipeFailures } from '../core/messages/recipe-mistakes.ts';
import type { Recipe } from '../core/recipe.ts';
import { build } from './build.ts';
import { slotOf } from './build-slot.ts';
import { checkCatalogue } from './check-backends.ts';
import { checkSections, checkTable } from './check-sections.ts';
import { StepChecker } from './check-steps.ts';
import { asSlots, fillIn, takesEntries } from './cli-catalogue.ts';
import { layOver } from './lay-over.ts';
import { rootScope } from './names.ts';
import { parse, type Report } from './parse.ts';
import { recipeSchema } from './schema.ts';
import { header } from './schema-parts.ts';
import { tableSchema } from './schema-table.ts';
import { assign, assignmentsOf, readSetting, type Setting } from './set.ts';
import { diagnose, type Place, type Source, sourceOf } from './source.ts';
import type { Executors } from './step-kind.ts';
import { checkStructure } from './structure.ts';
import { at, entriesOf, type MapTree, sayTree, type Tree, textOf, toJson, withEntries } from './tree.ts';
import { mapped } from './values.ts';

/** The largest recipe file, in bytes. */
const LARGEST = 1024 * 1024;
const LONGEST_CHAIN = 8;
const RULES = 'gate_rules';
const TABLE_SECTIONS = Object.keys(tableSchema.properties ?? {}).filter((key) => !Object.hasOwn(header, key));

/** A file's bytes, or why there are none. Should not read more than `limit` bytes, and say `too-large` then. */
export type Read = (
  file: string,
  limit: number,
) => Promise<{ readonly bytes: Uint8Array } | { readonly problem: ReadProblem }>;

export interface LoadOptions {
  readonly executors: readonly ExecutorSpec[];
  readonly read: Read;
  readonly set?: readonly Setting[];
  /** The file of a recipe that comes with the program, null if none is called so. */
  readonly resolveNamed: (name: string, fromFile: string) => string | null;
  /** Names of the recipes that come with the program, for suggestions. */
  readonly shipped?: readonly string[];
}

/** A failure with all mistakes, in the order of files (child first) and lines; none when the file could not be read. */
export interface RecipeFailure extends Failure {
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads, merges, changes and checks a recipe.
 * @param file its path; `extends:` and `gate_table:` are relative to the file they stand in
 */
export async function loadRecipe(file: string, options: LoadOptions): Promise<Result<Recipe, RecipeFailure>> {
  const loading = new Loading(options);
  const start = resolve(file);
  const first = await loading.read(start);
  if ('problem' in first)
    return fail({ ...recipeFailures.recipe_unreadable({ file, problem: first.problem }), diagnostics: [] });

  const written = await loading.chain(start, first);
  const recipe = written && (await loading.fill(loading.set(written, options.set ?? [])));
  const table = recipe && (await loading.table(recipe));
  if (recipe && loading.readable) {
    const executors = new Map(options.executors.map((executor) => [executor.name, executor]));
    await check(recipe, executors, loading.report);
    if (table) await checkTable(table, loading.report);
    if (loading.diagnostics.length === 0) {
      return ok(build({ recipe, table, file: start, sources: loading.sources, executors }));
    }
  }
  const diagnostics = loading.sorted();
  return fail({ ...recipeFailures.recipe_faulty({ file, count: diagnostics.length }), diagnostics });
}

/** A slot for each entry of the catalogue that comes with the program, as `cli: NAME` alone makes it. */
export async function loadCatalogue(options: LoadOptions): Promise<Recipe['slots']> {
  const loading = new Loading(options);
  const catalogue = await loading.catalogue(undefined);
  if (catalogue === null) return {};
  const filled = fillIn(asSlots(catalogue), at(catalogue, 'clis'), loading.report);
  return mapped((slot, id) => slotOf(id, slot, undefined))(at(filled, 'slots'), '');
}

/** One loading: the files read so far, and the mistakes. */
class Loading {
  readonly #options: LoadOptions;
  readonly diagnostics: Diagnostic[] = [];
  readonly #reported = new Set<string>();
  readonly sources: { file: string; sha256: string }[] = [];
  readonly #catalogues = new Map<string, MapTree | null>();
  /** false: a file is no valid YAML or missing, so that what is left would only lead to wrong complaints. */
  readable = true;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  readonly report: Report = (place, wording) => {
    const found = diagnose(place, wording);
    const once = [found.file, found.line, found.column, found.message].join('\n');
    if (!this.#reported.has(once)) this.diagnostics.push(found);
    this.#reported.add(once);
  };

  sorted(): readonly Diagnostic[] {
    const order = new Map(this.sources.map(({ file }, i) => [file, i]));
    const rank = ({ file }: Diagnostic) => order.get(file) ?? order.size;
    return [...this.diagnostics].sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
  }

  async read(file: string): Promise<Source | { readonly problem: ReadProblem }> {
    const outcome = await this.#options.read(file, LARGEST);
    if ('problem' in outcome) return outcome;
    const { bytes } = outcome;
    if (bytes.length > LARGEST) return { problem: { kind: 'too-large', limit: LARGEST } };
    const text = decode(bytes);
    if (text === null) return { problem: { kind: 'binary' } };
    if (text.trim() === '') return { problem: { kind: 'empty' } };
    this.sources.push({ file, sha256: createHash('sha256').update(bytes).digest('hex') });
    return sourceOf(file, text);
  }

  /** The recipe in a source, laid over those it extends. */
  async chain(file: string, source: Source, below: readonly string[] = []): Promise<MapTree | null> {
    const chain = [...below, file];
    const tree = this.#document(source);
    if (tree === null) return null;
    const parentFile = tree.entries.get('extends');
    if (parentFile === undefined) return this.#layOver(await this.fill(tree), null);
    const parent = await this.#reference(parentFile, chain);
    const parentTree = parent && (await this.chain(parent.name, parent, chain));
    return parentTree && this.#layOver(await this.fill(tree, parentTree), parentTree);
  }

  /**
   * The recipe with what its slots take from the catalogue, before anything is laid over or set: so children change
   * whole backends, wherever their parents have them from.
   */
  async fill(recipe: MapTree, parent?: MapTree): Promise<MapTree> {
    const named = recipe.entries.get('cli_table') ?? parent?.entries.get('cli_table');
    if (named === undefined && !takesEntries(recipe)) return recipe;
    const key = named === undefined ? '' : `${named.place.source.name}:${named.place.start}`;
    if (!this.#catalogues.has(key)) this.#catalogues.set(key, await this.catalogue(named));
    const catalogue = this.#catalogues.get(key);
    return catalogue ? fillIn(recipe, at(catalogue, 'clis'), this.report) : recipe;
  }

  /** The catalogue that the recipe names, before the one that comes with the program; checked. */
  async catalogue(named: Tree | undefined): Promise<MapTree | null> {
    const source = named === undefined ? null : await this.#reference(named, []);
    const own = source && (await this.chain(source.name, source));
    if (named !== undefined && own === null) return null;
    const rest = await this.#shipped('clis', source);
    const catalogue = own === null || rest === null ? (own ?? rest) : layOver(own, rest, this.report);
    if (catalogue !== null) await checkCatalogue(catalogue, this.report);
    return catalogue;
  }

  /** The file of that name that comes with the program, where it is not the one that is read already. */
  async #shipped(name: string, except: Source | null): Promise<MapTree | null> {
    const file = this.#options.resolveNamed(name, except?.name ?? '');
    const source = file === null || file === except?.name ? null : await this.read(file);
    return file === null || source === null || 'problem' in source ? null : this.chain(file, source);
  }

  /** The recipe with the command line's settings. */
  set(recipe: MapTree, settings: readonly Setting[]): MapTree {
    return settings.reduce((tree, setting) => {
      const assignment = readSetting(setting, this.report);
      return assignment === null ? tree : assign(tree, assignment, this.report);
    }, recipe);
  }

  #layOver(child: MapTree, parent: MapTree | null): MapTree {
    const set = child.entries.get('set');
    if (set !== undefined && set.kind !== 'map')
      this.report(set.place, mistakes.wrongValue('`set`', 'a mapping of paths to values', sayTree(set)));
    const merged = withEntries(
      child,
      new Map([...layOver(child, parent, this.report).entries].filter(([key]) => key !== 'set')),
    );
    return assignmentsOf(child).reduce((tree, assignment) => assign(tree, assignment, this.report), merged);
  }

  /**
   * The gate table: the one that the recipe names, and what that does not have, from the one that comes with the
   * program, also for a recipe that names its own gates, or no table. Rules that find gates are those of the named
   * table only.
   */
  async table(recipe: MapTree): Promise<MapTree | null> {
    const named = at(recipe, 'gate_table');
    const source = named === undefined ? null : await this.#reference(named, []);
    const own = source && (await this.chain(source.name, source));
    if ((named !== undefined && own === null) || TABLE_SECTIONS.every((key) => own?.entries.has(key))) return own;
    const rest = await this.#shipped('gates', source);
    if (rest === null) return own;
    const besides = [...rest.entries].filter(([key]) => key !== RULES);
    if (own !== null) return layOver(own, withEntries(rest, new Map(besides)), this.report);
    const rules = rest.entries.get(RULES);
    return withEntries(
      rest,
      new Map([...besides, ...(rules?.kind === 'list' ? [[RULES, { ...rules, items: [] }] as const] : [])]),
    );
  }

  #document(source: Source): MapTree | null {
    const tree = parse(source, this.report);
    if (tree === null) {
      if (!this.diagnostics.some(({ file }) => file === source.name))
        this.report({ source, start: 0, end: 0 }, mistakes.notMapping('empty'));
    } else if (tree.kind !== 'map') this.report(tree.place, mistakes.notMapping(sayTree(tree)));
    else {
      const version = tree.entries.get('recipe');
      if (version?.kind === 'scalar' && version.value !== 1 && version.value !== null)
        this.report(version.place, mistakes.version(String(version.value)));
      return tree;
    }
    this.readable = false;
    return null;
  }

  /** Reads the file that a value names. */
  async #reference(tree: Tree, chain: readonly string[]): Promise<Source | null> {
    const refuse = (wording: ReturnType<(typeof mistakes)[keyof typeof mistakes]>) => {
      this.report(tree.place, wording);
      this.readable = false;
      return null;
    };
    const name = textOf(tree);
    if (name === undefined || name === '')
      return refuse(mistakes.wrongValue('this', 'the name or path of a recipe', sayTree(tree)));
    const file = this.#locate(name, tree.place);
    if (file === null) return refuse(mistakes.unknownRecipe(name, this.#options.shipped ?? []));
    if (chain.includes(file)) return refuse(mistakes.circle([...chain.slice(chain.indexOf(file)), file]));
    if (chain.length >= LONGEST_CHAIN) return refuse(mistakes.chainTooLong(LONGEST_CHAIN, [...chain, file]));
    const source = await this.read(file);
    return 'problem' in source ? refuse(mistakes.cannotRead(file, source.problem)) : source;
  }

  #locate(name: string, place: Place): string | null {
    const from = place.source.name;
    const isPath = isAbsolute(name) || /[/\\]|\.ya?ml$/.test(name);
    // those of one folder are named with it: `hosts/ssh`
    const isNamed = !isPath || /^hosts\/[\w-]+$/.test(name);
    return isNamed ? this.#options.resolveNamed(name, from) : resolve(dirname(from), name);
  }
}

/** UTF-8 without control characters that no text has; null for anything else. */
function decode(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[\u0000-\u0008\u000e-\u001a]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Reports every mistake of a merged recipe: in its structure, then in its meaning, then in its steps. */
async function check(recipe: MapTree, executors: Executors, report: Report): Promise<void> {
  await checkStructure(recipe, recipeSchema, report);
  const options = Object.fromEntries(entriesOf(at(recipe, 'options')).map(([name, value]) => [name, toJson(value)]));
  const namesIn = (section: string) => entriesOf(at(recipe, section)).map(([name]) => name);
  const saved = await new StepChecker(recipe, executors, report).check(
    rootScope(namesIn('triggers'), namesIn('reports'), options),
  );
  checkSections(recipe, saved, report);
}
