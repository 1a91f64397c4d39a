// Walks the steps in the order in which they run, knowing at each what names it may use, and has each checked:
// its structure, its modifiers, and what it gives its executor (check-fields.ts).
import type { ExecutorSpec, Shape } from '../core/executor-spec.ts';
import type { JsonSchema } from '../core/json.ts';
import { nameMistakes } from '../core/messages/name-mistakes.ts';
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import { checkFields, type FieldContext } from './check-fields.ts';
import { either, itemOf, LOOP, namesOf, ROUND, rootScope, type Scope, SLOT } from './names.ts';
import type { Report } from './parse.ts';
import { checkName, checkReferences, type Knowledge } from './references.ts';
import { groupSchema, modifiers, modifiersSchema, phaseSchema, stepSchema } from './schema-steps.ts';
import { lineOf, type Place } from './source.ts';
import { type Executors, saidIn, stepKind } from './step-kind.ts';
import { checkStructure } from './structure.ts';
import { withOptions } from './text-purposes.ts';
import { at, itemsOf, type MapTree, nameplate, type Tree, textOf, withEntries } from './tree.ts';
import { isTrue } from './values.ts';

/** Names that no step may save, and no repeated step may be called. */
const TAKEN = new Set([...Object.keys(rootScope([], [], {})), ...['slot', 'item', 'prompt', 'workspace']]);

/** Which slots can take part is not known before it. */
const DETECTS = 'detect';

export class StepChecker {
  readonly #recipe: MapTree;
  readonly #executors: Executors;
  readonly #report: Report;
  readonly #pending: Promise<void>[] = [];
  readonly #savedSomewhere = new Map<string, Place>();
  readonly #schemas = new Map<ExecutorSpec, JsonSchema>();
  readonly #context: FieldContext;
  /** Executors of the steps so far, and the files that those make. */
  readonly #met = new Set<string>();
  readonly #made = new Set<string>();
  readonly #inserted = new Set<string>();

  constructor(recipe: MapTree, executors: Executors, report: Report) {
    this.#recipe = recipe;
    this.#executors = executors;
    this.#report = report;
    this.#context = { recipe, report, savedLater: this.#savedSomewhere, reported: new Set() };
  }

  /** Checks all steps. @returns all names that a step saves */
  async check(root: Scope): Promise<Scope> {
    const phases = at(this.#recipe, 'phases');
    const last = at(this.#recipe, 'finally');
    this.#noteSaves(phases);
    this.#noteSaves(last);
    const saved = this.#sequence(phases, root, false, phaseSchema);
    const savedAtEnd = this.#sequence(last, { ...root, ...saved }, false);
    await Promise.all(this.#pending);
    return { ...saved, ...savedAtEnd };
  }

  /** Where each name is saved first, lanes included: for names that are used where they are not known. */
  #noteSaves(steps: Tree | undefined): void {
    for (const step of itemsOf(steps)) {
      const save = at(step, 'save');
      const name = textOf(save);
      if (name !== undefined && !this.#savedSomewhere.has(name)) this.#savedSomewhere.set(name, save!.place);
      this.#noteSaves(at(step, 'steps'));
    }
  }

  /** @returns what the steps save for those after them */
  #sequence(steps: Tree | undefined, scope: Scope, sideBySide: boolean, only?: JsonSchema): Scope {
    let saved: Scope = {};
    const ids = new Map<string, Place>();
    for (const step of itemsOf(steps)) {
      if (step.kind !== 'map') continue;
      this.#siblingId(step, ids);
      const own = this.#step(step, sideBySide ? scope : { ...scope, ...saved }, only);
      for (const [name, shape] of Object.entries(own)) {
        saved = { ...saved, [name]: either(Object.hasOwn(saved, name) ? saved[name] : undefined, shape) };
      }
    }
    return saved;
  }

  #siblingId(step: MapTree, ids: Map<string, Place>): void {
    const id = step.entries.get('id');
    const written = textOf(id);
    if (written === undefined) return;
    const first = ids.get(written);
    if (first) this.#report(id!.place, mistakes.duplicateId(written, lineOf(first)));
    else ids.set(written, id!.place);
  }

  #step(step: MapTree, outer: Scope, only?: JsonSchema): Scope {
    const kind = stepKind(step, this.#executors);
    if (kind.kind === 'faulty') {
      this.#report(kind.place, kind.wording);
      return yields(step, 'text');
    }
    const isGroup = kind.kind === 'group';
    if (only !== undefined && !isGroup) this.#report(nameplate(step), mistakes.phaseNotGroup());
    else if (kind.kind === 'empty') this.#report(nameplate(step), mistakes.noExecutor([...this.#executors.keys()]));
    if (kind.kind === 'empty') return {};
    const schema = isGroup ? (only ?? groupSchema) : this.#schemaOf(kind.executor);
    this.#structure(step, schema, isGroup ? {} : (kind.executor.schema.fields ?? {}));
    const inner = this.#modifiers(step, isGroup, outer);
    const saved = isGroup ? this.#group(step, inner) : this.#action(step, kind.executor, inner);
    this.#name(step, 'until', { ...inner, ...saved });
    this.#name(step, 'passing', { ...inner, ...saved });
    return step.entries.has('for') ? treesOf(step, saved) : saved;
  }

  #structure(step: MapTree, schema: JsonSchema, fields: Readonly<Record<string, JsonSchema>>): void {
    this.#pending.push(checkStructure(this.#filled(step), schema, this.#report));
    const isModifier = (key: string) => Object.hasOwn(modifiers, key) && !Object.hasOwn(fields, key);
    const entries = new Map([...step.entries].filter(([key]) => isModifier(key)));
    if (entries.size > 0) this.#pending.push(checkStructure(withEntries(step, entries), modifiersSchema, this.#report));
  }

  #schemaOf(executor: ExecutorSpec): JsonSchema {
    const schema = this.#schemas.get(executor) ?? stepSchema(executor);
    this.#schemas.set(executor, schema);
    return schema;
  }

  #group(group: MapTree, scope: Scope): Scope {
    const steps = group.entries.get('steps');
    // from the second round on, what the first saved is known
    const inside = group.entries.has('repeat') ? { ...this.#savesIn(steps), ...scope } : scope;
    return this.#sequence(steps, inside, isTrue(at(group, 'parallel')) && !group.entries.has('for'));
  }

  #savesIn(steps: Tree | undefined): Scope {
    let saved: Scope = {};
    for (const step of itemsOf(steps)) {
      if (step.kind !== 'map') continue;
      const kind = stepKind(step, this.#executors);
      const own =
        kind.kind === 'group'
          ? this.#savesIn(step.entries.get('steps'))
          : yields(step, kind.kind === 'action' ? this.#savedBy(step, kind.executor) : 'text');
      saved = { ...saved, ...(step.entries.has('for') ? treesOf(step, own) : own) };
    }
    return saved;
  }

  /** Checks them, and returns what the step knows in its inside. */
  #modifiers(step: MapTree, isGroup: boolean, outer: Scope): Scope {
    this.#name(step, 'when', outer);
    this.#name(step, 'unless', outer);
    let inner = { ...outer, ...this.#items(step, outer) };
    const { repeat, until, id, parallel, timeout } = Object.fromEntries(step.entries);
    if (repeat?.kind === 'scalar') checkReferences(repeat, 'safe', this.#knows(inner), this.#report);
    if (timeout?.kind === 'scalar') checkReferences(timeout, 'safe', this.#knows(inner), this.#report);
    if (until && !repeat) this.#report(until.key ?? until.place, mistakes.unbounded());
    if (parallel && isTrue(parallel) && !isGroup && !step.entries.has('for'))
      this.#report(parallel.key ?? parallel.place, mistakes.loneParallel());
    const passing = step.entries.get('passing');
    if (passing && !(isTrue(at(step, 'parallel')) && step.entries.has('for')))
      this.#report(passing.key ?? passing.place, mistakes.passingAlone());
    const loop = textOf(id);
    if (repeat && loop !== undefined) {
      if (TAKEN.has(loop) && loop !== ROUND) this.#report(id!.place, mistakes.loopIdTaken(loop));
      else inner = { ...inner, [loop]: LOOP };
    }
    return inner;
  }

  #items(step: MapTree, outer: Scope): Scope {
    const list = step.entries.get('for');
    const shape = this.#name(step, 'for', outer);
    if (list?.kind !== 'scalar' || shape === null) return list ? { slot: SLOT, item: 'safe' } : {};
    const item = itemOf(String(list.value), shape);
    if (item === null)
      this.#report(list.place, nameMistakes.notList(String(list.value), namesOf(outer, ['slots', 'list'])));
    const known = /^slots\.(?!all$)/.test(String(list.value)) ? DETECTS : null;
    if (known !== null && this.#executors.has(known) && !this.#met.has(known))
      this.#report(list.place, mistakes.listTooEarly(String(list.value), known));
    return item ?? { slot: SLOT, item: 'safe' };
  }

  #name(step: MapTree, key: string, scope: Scope): Shape | null {
    const scalar = step.entries.get(key);
    return scalar?.kind === 'scalar' && scalar.value !== null
      ? checkName(scalar, this.#knows(scope), this.#report)
      : null;
  }

  #action(step: MapTree, executor: ExecutorSpec, scope: Scope): Scope {
    checkFields(step, executor, this.#knows(scope), this.#context);
    this.#order(step, executor);
    const save = step.entries.get('save');
    const name = textOf(save);
    if (name !== undefined && TAKEN.has(name)) this.#report(save!.place, mistakes.saveTaken(name));
    else if (name !== undefined && executor.saves === undefined)
      this.#report(save!.place, mistakes.savesNothing(executor.name));
    return yields(step, this.#savedBy(step, executor));
  }

  #savedBy(step: MapTree, executor: ExecutorSpec): Shape | undefined {
    return typeof executor.saves === 'function' ? executor.saves(saidIn(this.#filled(step), executor)) : executor.saves;
  }

  /** With the recipe's options in their places. */
  #filled(step: MapTree): Tree {
    return withOptions(step, at(this.#recipe, 'options'));
  }

  /** What it needs must stand before it: where, and under which conditions, only the run shows. */
  #order(step: MapTree, executor: ExecutorSpec): void {
    const said = saidIn(this.#filled(step), executor);
    const place = nameplate(step.entries.get(executor.name)!);
    const refused = executor.refuses?.(said) ?? null;
    if (refused !== null) this.#report(place, refused);
    for (const needed of executor.needs?.(said) ?? []) {
      if (this.#executors.has(needed) && !this.#met.has(needed))
        this.#report(place, mistakes.tooEarly(executor.name, needed));
      this.#met.add(needed); // reported once
    }
    const read = executor.reads?.(said);
    const isSure = read !== undefined && ![read, ...this.#made].some((file) => file.includes('${'));
    if (isSure && !this.#made.has(read)) this.#report(place, mistakes.neverWritten(read, [...this.#made]));
    const made = executor.makes?.(said);
    if (made !== undefined) this.#made.add(made);
    for (const met of [executor.name, ...(executor.stands_for ?? [])]) this.#met.add(met);
  }

  #knows(scope: Scope): Knowledge {
    return {
      scope,
      savedLater: this.#savedSomewhere,
      meets: (path, knowledge) => this.#insertedReport(path, knowledge),
    };
  }

  /** A report that stands within another text is filled in there: it may use what that may. */
  #insertedReport(path: string, knowledge: Knowledge): void {
    const [section, name = ''] = path.split('.');
    const report = section === 'reports' ? at(this.#recipe, 'reports', name) : undefined;
    if (report?.kind !== 'scalar' || this.#inserted.has(name)) return;
    this.#inserted.add(name); // once: it may stand in many texts, and in itself
    checkReferences(report, 'free', knowledge, this.#report);
  }
}

/** What a group with `for` gives under its id: the trees that its lanes save. */
function treesOf(step: MapTree, saved: Scope): Scope {
  const id = textOf(step.entries.get('id'));
  const given = Object.values(saved).includes('tree');
  return id === undefined || !given || TAKEN.has(id) ? {} : { [id]: 'trees' };
}

/** The name that a step saves its result under, with what that is. */
function yields(step: MapTree, shape: Shape | undefined): Scope {
  const name = textOf(step.entries.get('save'));
  return name === undefined || shape === undefined || TAKEN.has(name) ? {} : { [name]: shape };
}
