// Makes tasks: a project before the task, what three scripted authors make of it, and the held-out tests that decide.
// Authors err as models do: more on hard files, often in the same way, and their tests are incomplete and sometimes
// assert their own misunderstanding. Nothing here knows how candidates are chosen.
import type { Random } from '../../../lib/evidence/random.ts';
import { seededRandom, shuffled } from '../../../lib/evidence/random.ts';
import type { Case, Fault, Project, SourceFile } from './project.ts';
import { projects } from './projects/index.ts';
import type { Tree } from './trees.ts';

export interface Author {
  readonly id: string;
  readonly tree: Tree;
  /** Its model stopped half way. */
  readonly partial: boolean;
  /** Files with a fault (a file that is missing or was left alone has one too). */
  readonly faulty: ReadonlySet<string>;
}

export interface Task {
  readonly seed: string;
  readonly project: Project;
  readonly base: Tree;
  /** Sources that the task is about, `src/index.js` among them. */
  readonly sources: readonly string[];
  readonly authors: readonly Author[];
  readonly heldOut: Tree;
}

/** How often each author errs in a file of middling difficulty. */
const AUTHORS = { alpha: 0.17, beta: 0.2, gamma: 0.23 } as const;
const DIFFICULTY = [0.5, 0.5, 1, 1, 2] as const;
/** Share of the tests one might write that an author does write, drawn per author and task. */
const COVERAGE = [0, 0.4, 0.6, 0.8, 0.9] as const;
const LOAD = '{ test } from \'node:test\';\nimport assert from \'node:assert/strict\'';

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const stem = (path: string): string => path.replace(/^src\//, '').replace(/\.js$/, '');

/** The right version of a file with some faults made in it; an edit that no longer fits leaves the fault out. */
export function withFaults(file: SourceFile, faults: readonly Fault[]): { text: string; made: Fault[] } {
  let text = file.right;
  const made: Fault[] = [];
  for (const fault of faults) {
    if (!fault.edits.every(([find]) => text.includes(find))) continue;
    for (const [find, replace] of fault.edits) text = text.replace(find, () => replace);
    made.push(fault);
  }
  return { text, made };
}

/** A test file with some cases. */
export function testFile(names: readonly string[], from: string, cases: readonly Case[]): string {
  const body = cases.map(({ name, code }) => `test(${JSON.stringify(name)}, async () => {\n  ${code}\n});\n`).join('\n');
  return `import ${LOAD};\nimport { ${names.join(', ')} } from '${from}';\n\n${body}`;
}

function indexOf(files: readonly (readonly [string, SourceFile])[], star: boolean): string {
  return files.map(([path, { exports }]) => `export ${star ? '*' : `{ ${exports.join(', ')} }`} from './${stem(path)}.js';\n`).join('');
}

/** Faults of one file: none, one, sometimes two; what is often misunderstood in this task is so by everyone. */
function drawFaults(random: Random, file: SourceFile, popular: readonly Fault[], chance: number): readonly Fault[] {
  if (random() >= chance) return [];
  const faults: Fault[] = [];
  for (let left = random() < 0.2 ? 2 : 1; left > 0; left--) {
    const place = Math.min(popular.length - 1, Math.floor(-Math.log(1 - random()) / 0.55));
    if (!faults.includes(popular[place]!)) faults.push(popular[place]!);
  }
  return file.faults.length > 0 ? faults : [];
}

interface Setting {
  readonly project: Project;
  readonly touched: readonly string[];
  readonly base: Tree;
  readonly difficulty: ReadonlyMap<string, number>;
  readonly popular: ReadonlyMap<string, readonly Fault[]>;
  /** In some tasks everyone makes a small helper file, and each calls it as they like. */
  readonly helper: boolean;
}

function writeTests(random: Random, setting: Setting, made: ReadonlyMap<string, readonly Fault[]>, tree: Map<string, string>, style: Style): void {
  const coverage = pick(random, COVERAGE);
  if (coverage === 0) return;
  const all: Case[] = [];
  for (const path of setting.touched) {
    const file = setting.project.files[path]!;
    const cases = [...file.likely.filter(() => random() < coverage), ...file.heldOut.filter(() => random() < coverage / 2)];
    // Who misunderstands a thing tests for the misunderstanding, and not for what would contradict it.
    const beliefs = (made.get(path) ?? []).flatMap(({ belief }) => (belief && random() < 0.7 ? [belief] : []));
    const own = [...cases, ...beliefs].map((each) => style.rename(each));
    all.push(...own);
    if (style.files === 'each' && own.length > 0) {
      const existing = file.existing.map((each) => each);
      const from = style.direct ? `../${path}` : '../src/index.js';
      tree.set(`test/${stem(path)}.test.js`, testFile(file.exports, from, [...existing, ...own]));
    }
  }
  if (style.files === 'one' && all.length > 0) {
    const names = setting.touched.flatMap((path) => [...setting.project.files[path]!.exports]);
    tree.set(`test/${style.name}.test.js`, testFile(names, '../src/index.js', all));
  }
}

interface Style {
  readonly files: 'each' | 'one';
  readonly name: string;
  readonly direct: boolean;
  readonly rename: (test: Case) => Case;
}

function drawStyle(random: Random, id: string): Style {
  const naming = pick(random, ['plain', 'bare', 'should'] as const);
  return {
    files: random() < 0.65 ? 'each' : 'one',
    name: pick(random, ['feature', 'new-behaviour', `task-${id}`]),
    direct: random() < 0.5,
    rename: (test) => {
      const rest = test.name.slice(test.name.indexOf(' ') + 1);
      return naming === 'plain' ? test : { ...test, name: naming === 'bare' ? rest : `should: ${rest}` };
    },
  };
}

function addHelper(random: Random, tree: Map<string, string>, touched: readonly string[]): void {
  const path = pick(random, ['src/debug.js', 'src/debug.js', 'src/log.js']);
  const name = pick(random, ['debug', 'debug', 'logger']);
  tree.set(path, `export function ${name}(scope) {\n  return (...words) => void (globalThis.DEBUG && console.error(scope, ...words));\n}\n`);
  for (const source of touched) {
    const text = tree.get(source);
    if (text !== undefined) tree.set(source, `import { ${name} } from './${stem(path)}.js';\n${text}\nconst log = ${name}('${stem(source)}');\nlog('loaded');\n`);
  }
}

function makeAuthor(random: Random, id: keyof typeof AUTHORS, setting: Setting): { author: Author; made: Map<string, readonly Fault[]> } {
  const { project, touched, base } = setting;
  const tree = new Map(base);
  const partial = random() < 0.05;
  const done = partial ? touched.slice(0, 1 + Math.floor(random() * (touched.length - 1))) : touched;
  const made = new Map<string, readonly Fault[]>();
  const faulty = new Set(touched.filter((path) => !done.includes(path)));
  for (const path of done) {
    const file = project.files[path]!;
    const drawn = drawFaults(random, file, setting.popular.get(path)!, Math.min(0.75, AUTHORS[id] * setting.difficulty.get(path)!));
    const version = withFaults(file, drawn);
    // No two authors write the same text, right or wrong.
    const remarks = Array.from({ length: Math.floor(random() * 5) }, (_, line) => `// Note ${line + 1} of ${id}.\n`).join('');
    tree.set(path, `// Written by ${id}.\n${remarks}${version.text}`);
    made.set(path, version.made);
    if (version.made.length > 0) faulty.add(path);
  }
  if (setting.helper) addHelper(random, tree, done);
  const all = Object.entries(project.files).filter(([path]) => tree.has(path));
  const forgotten = random() < 0.04 ? all.filter(([path]) => base.has(path)) : all;
  tree.set('src/index.js', indexOf(forgotten, random() < 0.4));
  if (forgotten.length < Object.keys(project.files).length) faulty.add('src/index.js');
  if (!partial) writeTests(random, setting, made, tree, drawStyle(random, id));
  return { author: { id, tree, partial, faulty }, made };
}

/** The task of a seed. */
export function makeTask(seed: string, project: Project): Task {
  const random = seededRandom(seed);
  const paths = Object.keys(project.files);
  const left = random() < 0.4 ? pick(random, paths.filter((path) => project.files[path]!.base !== null)) : null;
  const touched = paths.filter((path) => path !== left);
  const base = new Map<string, string>();
  for (const [path, file] of Object.entries(project.files)) {
    const text = touched.includes(path) ? file.base : file.right;
    if (text !== null) base.set(path, text);
    const existing = touched.includes(path) ? file.existing : [...file.existing, ...file.likely];
    if (existing.length > 0) base.set(`test/${stem(path)}.test.js`, testFile(existing === file.existing ? existingNames(file) : file.exports, '../src/index.js', existing));
  }
  const before = Object.entries(project.files).filter(([path]) => base.has(path));
  base.set('src/index.js', before.map(([path, file]) => `export { ${(touched.includes(path) ? existingNames(file) : file.exports).join(', ')} } from './${stem(path)}.js';\n`).join(''));
  const setting: Setting = {
    project,
    touched,
    base,
    difficulty: new Map(touched.map((path) => [path, pick(random, DIFFICULTY)])),
    popular: new Map(touched.map((path) => [path, shuffled(project.files[path]!.faults, random)])),
    helper: random() < 0.35,
  };
  const authors = (Object.keys(AUTHORS) as (keyof typeof AUTHORS)[]).map((id) => makeAuthor(random, id, setting).author);
  return { seed, project, base, sources: [...touched, 'src/index.js'], authors, heldOut: heldOutTests(project) };
}

/** Names that a file offers before the task. */
function existingNames(file: SourceFile): readonly string[] {
  return file.exports.filter((name) => new RegExp(`export function ${name}\\b`).test(file.base ?? ''));
}

/** Everything that is right, as tests: what was there, what one would think of, and what one would not. */
export function heldOutTests(project: Project): Tree {
  return new Map(
    Object.entries(project.files).map(([path, file]) => [
      `test/${stem(path)}.heldout.js`,
      testFile(file.exports, '../src/index.js', [...file.existing, ...file.likely, ...file.heldOut]),
    ]),
  );
}

/** All tasks: `count` of them, spread evenly over the projects. */
export function makeTasks(count: number, seed: string): Task[] {
  return Array.from({ length: count }, (_, index) => makeTask(`${seed}-${index}`, projects[index % projects.length]!));
}
