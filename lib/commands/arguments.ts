// argv → a command, its operands and options.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { nearest } from '../core/nearest.ts';
import { COMMANDS, EVERYWHERE, OPTIONS, optionsOf } from './option-table.ts';

export interface CommandLine {
  /** A key of COMMANDS, or `run`, `help`, `version`. */
  readonly command: string;
  readonly operands: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** The arguments as Node's parser sees them, each option under its long name. */
export function tokensOf(argv: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { short, value }]) => [
      name,
      { type: value ? 'string' : 'boolean', multiple: true, ...(short ? { short } : {}) },
    ]),
  );
  return parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true }).tokens;
}

/** Reads the arguments behind the program's name. */
export function readArguments(argv: readonly string[]): Result<CommandLine> {
  const flags = new Set<string>();
  const values: Record<string, string[]> = {};
  const operands: string[] = [];
  for (const token of tokensOf(argv)) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = OPTIONS[token.name];
    if (!spec) return fail(cliMessages.unknownOption({ option: token.rawName, near: nearOption(token.name) }));
    if (spec.value === undefined) {
      if (token.value !== undefined)
        return fail(cliMessages.noValueWanted({ option: token.rawName, value: token.value }));
      flags.add(token.name);
    } else {
      if (token.value === undefined)
        return fail(cliMessages.valueMissing({ option: token.rawName, value: spec.value }));
      if (!spec.multiple && values[token.name]) return fail(cliMessages.givenTwice({ option: token.rawName }));
      values[token.name] = [...(values[token.name] ?? []), token.value];
    }
  }
  if (flags.has('help')) return ok({ command: 'help', operands, flags, values });
  if (flags.has('version')) return ok({ command: 'version', operands, flags, values });
  const [first, ...rest] = operands;
  if (first === undefined) return ok({ command: 'help', operands, flags, values });
  if (first === 'help' && rest.length < 2) return ok({ command: 'help', operands: rest, flags, values });
  const command = Object.hasOwn(COMMANDS, first) ? first : 'run';
  const allowed = new Set([...optionsOf(command), ...EVERYWHERE]);
  const stray = [...flags, ...Object.keys(values)].find((name) => !allowed.has(name));
  if (stray !== undefined)
    return fail(
      cliMessages.optionElsewhere({
        option: `--${stray}`,
        command: command === 'run' ? 'running a recipe' : `mm ${command}`,
      }),
    );
  return ok({ command, operands: command === 'run' ? operands : rest, flags, values });
}

/** Something behind the name of a command that it takes nothing for; null: all is well. */
export function tooMany({ command, operands }: CommandLine): Failure | null {
  const taken = COMMANDS[command]?.operands ?? '…'; // a recipe's task is many words
  const extra = taken.includes('…') ? undefined : operands[taken.split('<').length - 1];
  return extra === undefined ? null : cliMessages.tooManyOperands({ command, operand: extra });
}

function nearOption(name: string): string | undefined {
  const near = nearest(name, Object.keys(OPTIONS));
  return near && `--${near}`;
}
