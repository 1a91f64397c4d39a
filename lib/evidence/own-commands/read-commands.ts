// Reads the commands that a project names itself: scripts of package.json, composer.json and deno.json, targets of a
// Makefile, recipes of a justfile, tasks of a Taskfile. Whatever is odd or broken there names no commands.
import { parse } from 'yaml';

export type CommandFormat = 'package.json' | 'composer.json' | 'deno.json' | 'make' | 'just' | 'taskfile';

/** A command that a project names itself: a script, a target, a recipe, a task. */
export interface OwnCommand {
  readonly name: string;
  /** What runs before it: names of the same file. */
  readonly before: readonly string[];
  /** Shell lines, one after the other. */
  readonly lines: readonly string[];
  /** What runs after it. */
  readonly after: readonly string[];
}

export type OwnCommands = ReadonlyMap<string, OwnCommand>;

/** The commands in a file's text. */
export function readCommands(format: CommandFormat, text: string): OwnCommands {
  if (format === 'make') return makeTargets(text);
  if (format === 'just') return justRecipes(text);
  const document = parsed(text);
  if (format === 'package.json') return packageScripts(document.scripts);
  if (format === 'composer.json') return commandsOf(document.scripts, (value) => ({ lines: textsIn(value) }));
  if (format === 'deno.json') return commandsOf(document.tasks, denoTask);
  return commandsOf(document.tasks, task);
}

/** A document as a mapping; JSON with comments is YAML but for its comments. */
export function parsed(text: string): Readonly<Record<string, unknown>> {
  const plain = text.replace(/^\uFEFF/, '');
  for (const attempt of [() => JSON.parse(plain), () => parse(withoutComments(plain)), () => parse(plain)]) {
    try {
      const value: unknown = attempt();
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    } catch {
      // the next way to read it
    }
  }
  return {};
}

const withoutComments = (text: string): string =>
  text.trimStart().startsWith('#') ? text : text.replace(/^\s*\/\/.*$/gm, '');

/** npm runs `pre…` and `post…` around a script. */
function packageScripts(scripts: unknown): OwnCommands {
  const all = commandsOf(scripts, (value) => (typeof value === 'string' ? { lines: [value] } : null));
  const around = (name: string) => (all.has(name) ? [name] : []);
  return new Map(
    [...all].map(([name, command]) => [
      name,
      { ...command, before: around(`pre${name}`), after: around(`post${name}`) },
    ]),
  );
}

function denoTask(value: unknown): Partial<OwnCommand> | null {
  if (typeof value === 'string') return { lines: [value] };
  const { command, dependencies } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { lines: textsIn(command), before: textsIn(dependencies) };
}

function task(value: unknown): Partial<OwnCommand> | null {
  if (typeof value === 'string' || Array.isArray(value)) return { lines: taskLines(value) };
  const { cmds, cmd, deps } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { lines: taskLines(cmds ?? cmd), before: taskNames(deps) };
}

const taskNames = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).flatMap((each) => textsIn(typeof each === 'string' ? each : each?.task));

const taskLines = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((each: unknown) => {
    const { task: called, cmd } = (each ?? {}) as Readonly<Record<string, unknown>>;
    return textsIn(typeof each === 'string' ? each : typeof called === 'string' ? `task ${called}` : cmd);
  });

/** Targets with their prerequisites; simple variables are put in, as far as they are texts. */
function makeTargets(text: string): OwnCommands {
  const lines = text.replace(/\\\r?\n[\t ]*/g, ' ').split(/\r?\n/);
  const variables = new Map<string, string>([['MAKE', 'make']]);
  for (const line of lines) {
    const [, name, value] = /^(?:export\s+)?([\w.-]+)\s*(?::{0,3}|\?|\+)=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && !variables.has(name)) variables.set(name, (value ?? '').replace(/\s#.*$/, ''));
  }
  const filled = (line: string, depth = 0): string =>
    depth > 5
      ? line
      : line.replace(/\$[({]([\w.-]+)[)}]/g, (whole, name) =>
          variables.has(name) ? filled(variables.get(name)!, depth + 1) : whole,
        );
  const commands = new Map<string, { name: string; before: string[]; lines: string[]; after: string[] }>();
  let current: readonly string[] = [];
  for (const line of lines) {
    const [, targets, rest] = /^([^\s#:=][^#:=]*?)\s*::?(?![:=])(?!\s*[\w.-]+\s*:?=)([^=]*(?:;.*)?)$/.exec(line) ?? [];
    if (line.startsWith('\t')) {
      const command = filled(line).trim();
      for (const name of current) commands.get(name)!.lines.push(command.replace(/^[@+-]+\s*/, ''));
    } else if (targets !== undefined) {
      const [needs = '', inline] = (rest ?? '').split(';');
      current = filled(targets)
        .split(/\s+/)
        .filter((name) => !/[%$]/.test(name) && !/^\.[A-Z]/.test(name));
      for (const name of current) {
        const known = commands.get(name) ?? { name, before: [], lines: [], after: [] };
        const before = filled(needs.replace(/\s#.*$/, '')).split(/\s+/);
        known.before.push(...before.filter((each) => each !== '' && each !== '|'));
        if (inline !== undefined) known.lines.push(inline.trim());
        commands.set(name, known);
      }
    } else if (line.trim() !== '' && !/^\s*(#|ifn?(eq|def)|else|endif|-?include)/.test(line)) current = [];
  }
  return commands;
}

/** Recipes with the recipes they depend on. */
function justRecipes(text: string): OwnCommands {
  const commands = new Map<string, { name: string; before: string[]; lines: string[]; after: string[] }>();
  let current: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, name, needs] = /^@?([A-Za-z_][\w-]*)(?:\s[^:]*?)?:(?!=)\s*([^#]*)/.exec(line) ?? [];
    if (/^\s+\S/.test(line)) {
      const body = line.trim().replace(/^[@-]+/, '');
      if (current !== null && !body.startsWith('#')) commands.get(current)!.lines.push(body);
    } else if (name !== undefined && !/^(set|alias|export|import|mod)\s/.test(line)) {
      current = name;
      const before = (needs ?? '').replace(/\([^)]*\)|&&.*/g, ' ').split(/\s+/);
      commands.set(name, { name, before: before.filter((each) => each !== ''), lines: [], after: [] });
    } else if (line.trim() !== '' && !/^[#[]/.test(line)) current = null;
  }
  return commands;
}

/** Commands out of a mapping that is written as JSON or YAML, whatever stands there. */
function commandsOf(entries: unknown, read: (value: unknown) => Partial<OwnCommand> | null): OwnCommands {
  const commands = new Map<string, OwnCommand>();
  if (typeof entries !== 'object' || entries === null || Array.isArray(entries)) return commands;
  for (const [name, value] of Object.entries(entries)) {
    const command = read(value);
    if (command !== null) commands.set(name, { name, before: [], lines: [], after: [], ...command });
  }
  return commands;
}

/** The texts in a value that is a text or a list of them. */
const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string');
