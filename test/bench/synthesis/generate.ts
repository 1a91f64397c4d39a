// Makes tasks: a project before the task, what three scripted authors make of it, and the held-out tests that decide.
// Authors err as models do: more on hard files, often in the same way, and their tests are incomplete and sometimes
// assert their own misunderstanding. Nothing here knows how candidates are chosen.
import type { Random } from '../../../lib/evidence/random.ts';
import { seededRandom, shuffled } from '../../../lib/evidence/random.ts';
import { type Detection, detect } from './detect.ts';
import { heldOutTests } from './held-out.ts';
import type { Case, Fault, Project, SourceFile } from './project.ts';
import { projects } from './projects/index.ts';
import type { Runner } from './runner.ts';
import type { Tree } from './trees.ts';
import { stem, testFile, withFaults } from './write.ts';

export interface Author {
  readonly id: string;
  readonly tree: Tree;
  /** Files with a fault: a file that is missing or was left alone has one too, and so have tests of a misunderstanding. */
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
const AUTHORS = { alpha: 0.24, beta: 0.28, gamma: 0.32 } as const;
const DIFFICULTY = [0.5, 0.5, 1, 1, 2] as const;
/** Share of the tests one might write that an author does write, drawn per author and task. */
const COVERAGE = [0, 0.6, 0.7, 0.7, 0.8, 0.8, 0.9, 0.9] as const;
/** Corner cases are thought of less often than that. */
const CORNERS = 0.75;
/** What an author does about a test of their own that fails: mends the code, gives up the test, or hands it in failing. */
const MENDS = 0.7;
const GIVES_UP = 0.85;

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;

function indexOf(files: readonly (readonly [string, SourceFile])[], star: boolean): string {
  return files
    .map(([path, { exports }]) => `export ${star ? '*' : `{ ${exports.join(', ')} }`} from './${stem(path)}.js';\n`)
    .join('');
}

/** Faults of one file: none, one, sometimes two; what is often misunderstood in this task is so by everyone. */
function drawFaults(random: Random, popular: readonly Fault[], chance: number): readonly Fault[] {
  const faults: Fault[] = [];
  if (popular.length === 0 || random() >= chance) return faults;
  for (let left = random() < 0.2 ? 2 : 1; left > 0; left--) {
    const place = Math.min(popular.length - 1, Math.floor(-Math.log(1 - random()) / 0.55));
    if (!faults.includes(popular[place]!)) faults.push(popular[place]!);
  }
  return faults;
}

interface Setting {
  readonly project: Project;
  readonly touched: readonly string[];
  readonly base: Tree;
  readonly difficulty: ReadonlyMap<string, number>;
  readonly popular: ReadonlyMap<string, readonly Fault[]>;
  /** In some tasks everyone makes a small helper file, and each calls it as they like. */
  readonly helper: boolean;
  readonly detection: Detection;
}

interface Draft {
  readonly path: string;
  readonly cases: readonly Case[];
}

/** What an author tests in a file. Who misunderstands a thing may test for the misunderstanding, and not for what contradicts it. */
function draftTests(
  random: Random,
  file: SourceFile,
  coverage: number,
  faults: readonly Fault[],
  detection: Detection,
): Case[] {
  const cases = [
    ...file.likely.filter(() => random() < coverage),
    ...file.corners.filter(() => random() < coverage * CORNERS),
  ];
  const believed = faults.filter(({ belief }) => belief && random() < 0.7);
  const blind = new Set(believed.flatMap((fault) => [...detection.get(fault)!]));
  return coverage === 0
    ? []
    : [...cases.filter(({ name }) => !blind.has(name)), ...believed.map(({ belief }) => belief!)];
}

/** The author runs what they wrote: most faults that their own tests notice are mended before anyone sees them. */
function mend(
  random: Random,
  faults: readonly Fault[],
  cases: readonly Case[],
  detection: Detection,
): { faults: Fault[]; cases: Case[] } {
  let kept = [...cases];
  const left = faults.filter((fault) => {
    const failing = kept.filter(({ name }) => detection.get(fault)!.has(name));
    if (failing.length === 0) return true;
    const what = random();
    if (what >= MENDS && what < GIVES_UP) kept = kept.filter((each) => !failing.includes(each));
    return what >= MENDS;
  });
  const gone = faults.filter((fault) => !left.includes(fault)).map(({ belief }) => belief);
  return { faults: left, cases: kept.filter((each) => !gone.includes(each)) };
}

/** Writes an author's tests; gives the test files that hold a misunderstanding. */
function writeTests(
  { project }: Setting,
  drafts: readonly Draft[],
  tree: Map<string, string>,
  style: Style,
): ReadonlySet<string> {
  const wrong = new Set<string>();
  const put = (path: string, text: string, cases: readonly Case[]) => {
    tree.set(path, text);
    if (cases.some(isBelief)) wrong.add(path);
  };
  const beliefs = new Set(Object.values(project.files).flatMap(({ faults }) => faults.map(({ belief }) => belief)));
  const isBelief = (each: Case) => beliefs.has(each);
  if (style.files === 'one') {
    const all = drafts.flatMap(({ cases }) => cases);
    const names = drafts.flatMap(({ path }) => [...project.files[path]!.exports]);
    if (all.length > 0)
      put(`test/${style.name}.test.js`, testFile(names, '../src/index.js', all.map(style.rename)), all);
    return wrong;
  }
  for (const { path, cases } of drafts) {
    const { exports, existing } = project.files[path]!;
    const from = style.direct ? `../${path}` : '../src/index.js';
    if (cases.length > 0)
      put(`test/${stem(path)}.test.js`, testFile(exports, from, [...existing, ...cases.map(style.rename)]), cases);
  }
  return wrong;
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
  tree.set(
    path,
    `export function ${name}(scope) {\n  return (...words) => void (globalThis.DEBUG && console.error(scope, ...words));\n}\n`,
  );
  for (const source of touched) {
    const text = tree.get(source);
    if (text !== undefined)
      tree.set(
        source,
        `import { ${name} } from './${stem(path)}.js';\n${text}\nconst log = ${name}('${stem(source)}');\nlog('loaded');\n`,
      );
  }
}

function makeAuthor(random: Random, id: keyof typeof AUTHORS, setting: Setting): Author {
  const { project, touched, base, detection } = setting;
  const tree = new Map(base);
  // Its model stopped half way and says that it is done.
  const partial = random() < 0.05;
  const done = partial ? touched.slice(0, 1 + Math.floor(random() * (touched.length - 1))) : touched;
  const faulty = new Set(touched.filter((path) => !done.includes(path)));
  const coverage = partial ? 0 : pick(random, COVERAGE);
  const drafts: Draft[] = [];
  for (const path of done) {
    const file = project.files[path]!;
    const drawn = drawFaults(
      random,
      setting.popular.get(path)!,
      Math.min(0.75, AUTHORS[id] * setting.difficulty.get(path)!),
    );
    const mended = mend(random, drawn, draftTests(random, file, coverage, drawn, detection), detection);
    const { text, made } = withFaults(file, mended.faults);
    // No two authors write the same text, right or wrong.
    const remarks = Array.from(
      { length: Math.floor(random() * 5) },
      (_, line) => `// Note ${line + 1} of ${id}.\n`,
    ).join('');
    tree.set(path, `// Written by ${id}.\n${remarks}${text}`);
    drafts.push({ path, cases: mended.cases });
    if (made.length > 0) faulty.add(path);
  }
  if (setting.helper) addHelper(random, tree, done);
  const all = Object.entries(project.files).filter(([path]) => tree.has(path));
  const forgotten = random() < 0.04 ? all.filter(([path]) => base.has(path)) : all;
  tree.set('src/index.js', indexOf(forgotten, random() < 0.4));
  if (forgotten.length < Object.keys(project.files).length) faulty.add('src/index.js');
  if (coverage > 0) for (const path of writeTests(setting, drafts, tree, drawStyle(random, id))) faulty.add(path);
  return { id, tree, faulty };
}

/** The task of a seed. */
export function makeTask(seed: string, project: Project, detection: Detection): Task {
  const random = seededRandom(seed);
  const paths = Object.keys(project.files);
  const left =
    random() < 0.4
      ? pick(
          random,
          paths.filter((path) => project.files[path]!.base !== null),
        )
      : null;
  const touched = paths.filter((path) => path !== left);
  const base = new Map<string, string>();
  for (const [path, file] of Object.entries(project.files)) {
    const text = touched.includes(path) ? file.base : file.right;
    if (text !== null) base.set(path, text);
    const existing = touched.includes(path) ? file.existing : [...file.existing, ...file.likely];
    if (existing.length > 0)
      base.set(
        `test/${stem(path)}.test.js`,
        testFile(existing === file.existing ? existingNames(file) : file.exports, '../src/index.js', existing),
      );
  }
  const before = Object.entries(project.files).filter(([path]) => base.has(path));
  base.set(
    'src/index.js',
    before
      .map(
        ([path, file]) =>
          `export { ${(touched.includes(path) ? existingNames(file) : file.exports).join(', ')} } from './${stem(path)}.js';\n`,
      )
      .join(''),
  );
  const setting: Setting = {
    project,
    touched,
    base,
    difficulty: new Map(touched.map((path) => [path, pick(random, DIFFICULTY)])),
    popular: new Map(touched.map((path) => [path, shuffled(project.files[path]!.faults, random)])),
    helper: random() < 0.35,
    detection,
  };
  const authors = (Object.keys(AUTHORS) as (keyof typeof AUTHORS)[]).map((id) => makeAuthor(random, id, setting));
  return { seed, project, base, sources: [...touched, 'src/index.js'], authors, heldOut: heldOutTests(project) };
}

/** Names that a file offers before the task. */
function existingNames(file: SourceFile): readonly string[] {
  return file.exports.filter((name) => new RegExp(`export function ${name}\\b`).test(file.base ?? ''));
}

/** All tasks: `count` of them, spread evenly over the projects. */
export async function makeTasks(count: number, seed: string, runner: Runner): Promise<Task[]> {
  const detections = await Promise.all(projects.map((project) => detect(project, runner)));
  return Array.from({ length: count }, (_, index) => {
    const place = index % projects.length;
    return makeTask(`${seed}-${index}`, projects[place]!, detections[place]!);
  });
}
