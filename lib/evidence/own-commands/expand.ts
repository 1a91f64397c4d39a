// What a command line really runs: calls of a project's own commands (`npm run x`, `make x`, `concurrently` …) are
// followed down to the single tools. Every part knows a line that runs it by itself, where there is one.
import { type Piece, piecesOf, wordsOf } from './command-line.ts';
import type { CommandFormat, OwnCommands } from './read-commands.ts';

/** A file's own commands and how they and their tools are started. */
export interface CommandFile {
  readonly format: CommandFormat;
  /** Where they come from, for people: `package.json`. */
  readonly title: string;
  readonly commands: OwnCommands;
  /** What starts one: `[npm, run]`. */
  readonly run: readonly string[];
  /** Put in front of a tool that the project brings along: `node_modules/.bin/`, `yarn run `. */
  readonly tools: string;
}

export interface Part {
  /** The line as it is written, for patterns. */
  readonly line: string;
  /** The own command that it calls. */
  readonly name: string | null;
  readonly file: CommandFile | null;
  /** A shell line that runs it by itself; null: there is none. */
  readonly text: string | null;
  readonly parts: readonly Part[];
}

const DEEPEST = 8;
const PREFIX = /^(?:(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"']*)|cross-env(?:-shell)?|env|time|command|exec)\s+)+/;
/** Words that a shell has, or that any machine has: no tool that a project brings along. */
const SYSTEM = new Set(
  [
    '. : [ [[ awk bash bats black bun bundle bunx cargo cat cd chmod cmake composer cp ctest deno diff dotnet',
    'echo eval exit export false find git go golangci-lint gradle grep java just make mkdir mv mvn mypy node npm',
    'npx php pnpm poetry printf pytest python python3 rake rm ruby ruff sed set sh shellcheck source swift task',
    'test touch true uv xargs yarn zig zsh',
  ].flatMap((words) => words.split(' ')),
);

/** An own command, with all that runs for it. */
export function expandCommand(file: CommandFile, name: string, files: readonly CommandFile[], depth = 0): Part {
  const command = file.commands.get(name)!;
  const text = [...(name === 'test' && file.run.join(' ') === 'npm run' ? ['npm'] : file.run), name].join(' ');
  const call = (other: string): readonly Part[] =>
    file.commands.has(other) && other !== name && depth < DEEPEST ? [expandCommand(file, other, files, depth + 1)] : [];
  const parts = [
    ...command.before.flatMap(call),
    ...command.lines.flatMap((line) => expandLine(line, file, files, depth + 1)),
    ...command.after.flatMap(call),
  ];
  return { line: command.lines.join('\n'), name, file, text: /^[\w:.@/ -]+$/.test(text) ? text : null, parts };
}

/** The parts of a shell line. */
export function expandLine(
  line: string,
  from: CommandFile | null,
  files: readonly CommandFile[],
  depth = 0,
): readonly Part[] {
  return piecesOf(line).flatMap((piece) => (depth > DEEPEST ? [] : expandPiece(piece, from, files, depth)));
}

function expandPiece(
  piece: Piece,
  from: CommandFile | null,
  files: readonly CommandFile[],
  depth: number,
): readonly Part[] {
  const bare = piece.text.replace(PREFIX, '').replace(/^@(php|composer)\s/, '$1 ');
  const words = wordsOf(bare);
  if (piece.simple) {
    const side = /^(concurrently|conc)$/.test(words[0] ?? '') ? sideBySide(words.slice(1), from) : null;
    if (side !== null) return side.flatMap((line) => expandLine(line, from, files, depth + 1));
    const called = callsOf(words, from, files);
    if (called !== null)
      return called.names.map((name) => {
        const part = expandCommand(called.file, name, files, depth + 1);
        if (called.more === '') return part;
        const parts = withMore(part.parts, called.more, piece.text);
        return { ...part, line: `${part.line} ${called.more}`, text: piece.text, parts };
      });
  }
  const text = piece.simple ? runnable(piece.text, from) : grouped(piece.text);
  return [{ line: piece.text, name: null, file: null, text, parts: [] }];
}

/** What is handed to a script goes to its last command. */
function withMore(parts: readonly Part[], more: string, text: string): readonly Part[] {
  const last = parts.at(-1);
  if (last === undefined || parts.length > 1) return parts;
  return [{ ...last, line: `${last.line} ${more}`, text, parts: withMore(last.parts, more, text) }];
}

/** The lines that `concurrently` runs; null where its options say more than that. */
function sideBySide(words: readonly string[], from: CommandFile | null): readonly string[] | null {
  const lines = words.filter(
    (word, i) =>
      !word.startsWith('-') &&
      !/^(-[a-z]|--(names|prefix|max-processes|kill-others-on|prefix-colors|success))$/.test(words[i - 1] ?? ''),
  );
  return lines.map((line) =>
    line.replace(/^(npm|pnpm|yarn|bun):(\S+)/, `${(from?.run ?? ['npm', 'run']).join(' ')} $2`),
  );
}

interface Calls {
  readonly file: CommandFile;
  readonly names: readonly string[];
  /** Arguments that are handed on. */
  readonly more: string;
}

/** The own commands that some words call; null where they call none. */
function callsOf(words: readonly string[], from: CommandFile | null, files: readonly CommandFile[]): Calls | null {
  const [program = '', ...rest] = words;
  const find = (format: CommandFormat) =>
    from?.format === format ? from : files.find((file) => file.format === format);
  const known = (file: CommandFile | undefined, names: readonly string[], more = ''): Calls | null =>
    file && names.length > 0 && names.every((name) => file.commands.has(name)) ? { file, names, more } : null;
  const after = (word: RegExp) => (word.test(rest[0] ?? '') ? rest.slice(1) : rest);
  const named = (args: readonly string[]) => {
    const [first, ...others] = args.filter((arg) => !/^(-s|--silent|--quiet|-q|--no-\w+|--if-present)$/.test(arg));
    return { first: first ?? '', more: others.filter((arg) => arg !== '--').join(' ') };
  };
  const one = (format: CommandFormat, args: readonly string[]) => {
    const { first, more } = named(args);
    return known(find(format), [first], more);
  };
  if (/^(npm|pnpm|yarn|bun)$/.test(program)) {
    const file = find('package.json');
    const isRun = /^(run|run-script|rum)$/.test(rest[0] ?? '');
    const { first, more } = named(isRun ? rest.slice(1) : rest);
    if (program !== 'npm') return program === 'bun' && !isRun ? null : known(file, [first], more);
    const name = /^(t|tst)$/.test(first) ? 'test' : first; // what npm hands on stands behind `--`
    return isRun || /^(test|start)$/.test(name) ? known(file, [name], more && handedOn(rest)) : null;
  }
  if (program === 'node' && rest[0] === '--run') return known(find('package.json'), rest.slice(1, 2));
  if (/^(run-s|run-p|npm-run-all2?)$/.test(program)) {
    const file = find('package.json');
    const names = rest.filter((word) => !word.startsWith('-')).flatMap((word) => globbed(word, file));
    return known(file, names);
  }
  if (/^g?make$/.test(program) && !/(^|\s)(-C|-f|--directory|--file)/.test(rest.join(' '))) {
    const targets = rest.filter((word) => !/^-|=/.test(word));
    return known(find('make'), targets);
  }
  if (program === 'just') return one('just', rest);
  if (program === 'task')
    return known(
      find('taskfile'),
      rest.filter((word) => !/^-|=/.test(word)),
    );
  if (program === 'deno' && rest[0] === 'task') return one('deno.json', rest.slice(1));
  if (program === 'composer') return one('composer.json', after(/^run(-script)?$/));
  if (program.startsWith('@')) return known(find('composer.json'), [program.slice(1)]);
  return null;
}

const handedOn = (words: readonly string[]): string =>
  words.includes('--') ? words.slice(words.indexOf('--') + 1).join(' ') : '';

/** `lint:*` is every script of that beginning. */
function globbed(word: string, file: CommandFile | undefined): readonly string[] {
  if (!word.includes('*')) return [word];
  const pattern = new RegExp(
    `^${word
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('**', '.+')
      .replace(/(?<!\.)\*/g, '[^:]+')}$`,
  );
  return [...(file?.commands.keys() ?? [])].filter((name) => pattern.test(name));
}

/** The line with what starts the project's own tools in front of them; null where a value is missing in it. */
function runnable(text: string, from: CommandFile | null): string | null {
  if (/\$[({@<^*]|\{\{|\$\$|%/.test(text)) return null;
  if (from === null || from.tools === '') return text;
  const [before = ''] = PREFIX.exec(text) ?? [];
  const bare = text.slice(before.length).replace(/^(npx|pnpx|bunx)\s+(--no(-install)?\s+)?(?=[\w@])/, '');
  const [first = ''] = bare.split(/\s/);
  if (/cross-env/.test(before)) return `${before.replace(/cross-env(-shell)?\s+/, '')}${tool(bare, first, from)}`;
  return `${before}${tool(bare, first, from)}`;
}

/** What is more than one command stays together. */
const grouped = (text: string): string | null => (/\$[({@<^*]|\{\{|\$\$|\n/.test(text) ? null : `( ${text} )`);

const tool = (bare: string, first: string, from: CommandFile): string =>
  SYSTEM.has(first) || first.includes('/') ? bare : `${from.tools}${bare}`;
