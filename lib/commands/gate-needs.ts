// Whether a gate could run in the user's tree, as far as that can be seen: its executable, its packages, its server.
// Starts nothing of the project's.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { installIn } from '../candidate/install-in.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import type { PrepareRule } from '../core/preparation.ts';
import type { Recipe } from '../core/recipe.ts';
import type { Command } from '../core/shell-word.ts';
import { gateCommands } from '../evidence/gate-commands.ts';
import { commandText, mayRunHere } from '../steps/find-gates.ts';
import { matcher, ownEnvironment } from '../system/environment.ts';
import { findOnPath, isExecutable } from '../system/find-on-path.ts';
import { collect } from '../system/own-command.ts';

export interface Lack {
  /** What is not there, e.g. `node_modules/.bin/eslint`. */
  readonly what: string;
  /** How to get it; null: nobody knows. */
  readonly install: string | null;
  /** It is one of the project's own packages, and no tool of the machine. */
  readonly ofProject?: true;
}

type Place = { readonly recipe: Recipe; readonly top: string };

/** Scripts call scripts; deeper than this nobody looks. */
const DEEPEST = 4;

/** Starts a script of package.json by its name. */
const RUNS_SCRIPT = /^(?:(?:npm|pnpm|yarn|bun) (?:run|run-script)|npm|pnpm|yarn) ([\w:.-]+)/;

/** What gates need and is not there, by gate; nothing of those that lack nothing that can be seen. */
export async function lacksOf(recipe: Recipe, top: string, gates: readonly GateSpec[]): Promise<Map<string, Lack>> {
  const lacks = new Map<string, Lack>();
  for (const gate of gates) {
    const { id, via, run } = gate;
    if (via.length > 0 || recipe.commandVia.length > 0 || !mayRunHere(gate)) continue; // it runs elsewhere
    const lack = await needs({ recipe, top }, run, false, DEEPEST);
    if (lack !== null) lacks.set(id, lack);
  }
  return lacks;
}

/** @param ofPackages a script of package.json: its commands are looked for in the packages first */
async function needs(place: Place, run: Command, ofPackages: boolean, deeper: number): Promise<Lack | null> {
  for (const words of gateCommands(run)) {
    const lack = (await programLack(place, words, ofPackages)) ?? (await moduleLack(place, words));
    if (lack !== null) return lack;
    const script = scriptOf(place.top, words);
    const inner = script === null || deeper === 0 ? null : await needs(place, script, true, deeper - 1);
    if (inner !== null) return inner;
  }
  return null;
}

async function programLack(
  { recipe, top }: Place,
  words: readonly string[],
  ofPackages: boolean,
): Promise<Lack | null> {
  const [first = '', second = ''] = words;
  if (first.includes('/')) {
    const file = first.startsWith('/') ? first : join(top, first);
    return isExecutable(file) || existsSync(file)
      ? null
      : { what: first, install: await installOf(recipe, top, first), ofProject: true };
  }
  const brought = join('node_modules/.bin', first);
  if (ofPackages && isExecutable(join(top, brought))) return null;
  const known = recipe.tools[`${first} ${second}`] ?? recipe.tools[first];
  const program = known?.program ?? first;
  for (const name of new Set([first, program]))
    if (findOnPath(name, process.env) === null) {
      const install = (name === first ? recipe.tools[first]?.install : known?.install) ?? null;
      if (ofPackages && recipe.tools[first] === undefined)
        return { what: brought, install: await installOf(recipe, top, brought), ofProject: true };
      return { what: name, install };
    }
  const files = (known ?? recipe.tools[first])?.files ?? [];
  const there = files.some((file) => existsSync(file.replace(/^~(?=\/)/, homedir())));
  const elsewhere = (known?.env ?? []).some((name) => process.env[name] !== undefined);
  return files.length === 0 || there || elsewhere
    ? null
    : { what: `the server of ${first}`, install: known?.install ?? null };
}

/** `python -m MODULE`, where Python itself says that there is no such module. */
async function moduleLack({ recipe, top }: Place, words: readonly string[]): Promise<Lack | null> {
  const [python = '', ...rest] = words;
  const at = rest.indexOf('-m');
  const module = rest[at + 1]?.split('.')[0] ?? '';
  const before = rest.slice(0, Math.max(0, at));
  if (!/^python[\d.]*$/.test(python.slice(python.lastIndexOf('/') + 1)) || at < 0 || !/^\w+$/.test(module)) return null;
  if (!before.every((word) => /^-[A-Za-z]+$/.test(word))) return null;
  // what lies in the tree, or is put there by a path of the project's, needs no package
  if ([`${module}.py`, module, `src/${module}`].some((path) => existsSync(join(top, path)))) return null;
  const program = python.includes('/') ? join(top, python) : findOnPath(python, process.env);
  if (program === null) return null;
  const ask = `import importlib.util, sys; sys.exit(0 if importlib.util.find_spec("${module}") else 3)`;
  const { exitCode } = await collect([program, '-B', '-c', ask], {
    cwd: tmpdir(),
    env: ownEnvironment(),
    signal: AbortSignal.timeout(LONGEST_MS),
  }).catch(() => ({ exitCode: null }));
  if (exitCode !== 3) return null;
  const general = recipe.tools['python -m']?.install;
  return {
    what: `the module ${module} of ${python}`,
    install: recipe.tools[module]?.install ?? (general ? `${general} ${module}` : null),
  };
}

const LONGEST_MS = 5000;

/** The text of the script of package.json that a command starts; null: none. */
function scriptOf(top: string, words: readonly string[]): string | null {
  const [, name] = RUNS_SCRIPT.exec(words.filter((word) => !word.startsWith('-')).join(' ')) ?? [];
  const script = name === undefined ? undefined : packageOf(top)?.scripts?.[name];
  return typeof script === 'string' ? script : null;
}

function packageOf(top: string): { readonly scripts?: Readonly<Record<string, unknown>> } | null {
  try {
    return JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  } catch {
    return null; // then there are no scripts
  }
}

/** The command that brings a path of installed packages, such as `vendor/bin/phpunit`. */
async function installOf({ prepareRules }: Recipe, top: string, path: string): Promise<string | null> {
  const [folder = ''] = path.split('/');
  for (const rule of prepareRules) {
    const install = matcher(rule.copy)(folder) ? await installIn(top, rule, '.') : null;
    if (install !== null) return commandText(install.command);
  }
  return null;
}

/** Packages that lock files in the top folder name and that are not installed: a workspace lacks them, too. */
export async function missingPackages({ prepareRules }: Recipe, top: string): Promise<readonly Lack[]> {
  const lacks: Lack[] = [];
  for (const rule of prepareRules) {
    const install = await installIn(top, rule, '.');
    if (install === null || !wantsPackages(rule, top)) continue;
    if (rule.copy.some((name) => !name.includes('*') && existsSync(join(top, name)))) continue;
    if (rule.copy.some((name) => name.endsWith('*') && existsSync(join(top, name.slice(0, -1))))) continue;
    const [first = ''] = rule.copy;
    lacks.push({ what: first.replaceAll('*', ''), install: commandText(install.command) });
  }
  return lacks;
}

/** Whether manifests that say so in a part of their text name any package. */
function wantsPackages({ manifests, mostBytes }: PrepareRule, top: string): boolean {
  const partly = Object.entries(manifests).filter(([file, parts]) => parts !== '' && existsSync(join(top, file)));
  if (partly.length === 0) return mostBytes !== 0 && Object.keys(manifests).some((file) => existsSync(join(top, file)));
  return partly.some(([file, parts]) => new RegExp(parts, 'm').test(readFileSync(join(top, file), 'utf8')));
}

/** What of the top folder the prepare rules bring into workspaces: names as they stand there. */
export function present({ prepareRules }: Recipe, top: string): readonly string[] {
  return readdirSync(top, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => prepareRules.some((rule) => matcher(rule.copy)(name) && isBrought(rule, top, name)));
}

function isBrought({ beside, holds }: PrepareRule, top: string, name: string): boolean {
  const some = (folder: string, wanted: readonly string[]) =>
    wanted.length === 0 || readdirSync(join(top, folder)).some((file) => matcher(wanted)(file));
  return some('.', beside) && some(name, holds);
}
