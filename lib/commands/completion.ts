// `mm completion bash|zsh|fish`: prints a script that completes in that shell. The scripts know nothing: they ask
// `mm __complete` what can stand where the caret is, which reads the same tables as the arguments do.
import { readFileSync } from 'node:fs';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { initMessages } from '../core/messages/init-messages.ts';
import { nearest } from '../core/nearest.ts';
import { type FoundSession, listSessions } from '../session/find.ts';
import { printLines } from '../view/print.ts';
import { type CommandLine, tokensOf } from './arguments.ts';
import { here } from './here.ts';
import { COMMANDS, OPTIONS, optionsOf } from './option-table.ts';
import { shippedWorkflows } from './recipe-files.ts';

const SHELLS = ['bash', 'fish', 'zsh'];

export async function completion(line: CommandLine): Promise<Result<number, Failure>> {
  const [shell = ''] = line.operands;
  if (!SHELLS.includes(shell))
    return fail(initMessages.unknownShell({ shell, near: nearest(shell, SHELLS), known: SHELLS }));
  printLines([readFileSync(new URL(`./completion/mm.${shell}`, import.meta.url), 'utf8').trimEnd()]);
  return ok(0);
}

/** `mm __complete`: prints what can stand in place of the last of these words, as the scripts read it. */
export async function complete(words: readonly string[]): Promise<number> {
  printLines(await offers(words.slice(0, -1), words.at(-1) ?? ''));
  return 0;
}

/** A line each: `word`, a tab, what it means; or `:files`, `:folders`, `:recipes`, which the shell finds itself. */
async function offers(before: readonly string[], current: string): Promise<readonly string[]> {
  const tokens = tokensOf(before);
  const open = tokens.at(-1);
  const begun = open?.kind === 'option' && open.value === undefined ? open.name : '';
  const { value } = OPTIONS[/^--([\w-]+)=/.exec(current)?.[1] ?? begun] ?? {};
  if (value !== undefined) return { FILE: [':files'], DIR: [':folders'] }[value] ?? [];
  const [first] = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const command = first === undefined || Object.hasOwn(COMMANDS, first) ? first : 'run';
  if (current.startsWith('-')) {
    const names = command === undefined ? Object.keys(OPTIONS) : [...optionsOf(command), ...optionsOf(null)];
    return names.flatMap((name) => {
      const { short, help } = OPTIONS[name]!;
      return [`--${name}`, ...(short ? [`-${short}`] : [])].map((word) => `${word}\t${help}`);
    });
  }
  const recipes = () => [...shippedWorkflows().map((name) => `${name}\trecipe`), ':recipes'];
  if (command === undefined)
    return [...Object.entries(COMMANDS).map(([name, { help }]) => `${name}\t${help}`), ...recipes()];
  const { operands = '' } = COMMANDS[command] ?? {};
  if (operands.includes('recipe')) return recipes();
  if (operands.includes('shell')) return SHELLS;
  if (!operands.includes('session')) return [];
  return [...(operands.includes('slot') ? await slots(tokens) : []), ...(await sessions(tokens))];
}

/** The sessions of the repository around; none outside of one. */
async function sessionsHere(tokens: ReturnType<typeof tokensOf>): Promise<readonly FoundSession[]> {
  const folder = tokens.flatMap((token) => (token.kind === 'option' && token.name === 'directory' ? token.value! : []));
  const place = await here({ values: { directory: folder } });
  return place.ok ? listSessions(place.value.folder) : [];
}

/** Those that took part in the session that is named, or in the newest one. */
async function slots(tokens: ReturnType<typeof tokensOf>): Promise<readonly string[]> {
  const named = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))[1];
  const all = await sessionsHere(tokens);
  const found = named === undefined ? all[0] : all.find(({ id }) => id.startsWith(named));
  return Object.entries(found?.record.models ?? {}).map(([id, { title }]) => `${id}\t${title}`);
}

async function sessions(tokens: ReturnType<typeof tokensOf>): Promise<readonly string[]> {
  const ids = (await sessionsHere(tokens)).map(({ id }) => id);
  return (ids.length > 0 ? ['latest', ...ids] : []).map((id) => `${id}\tsession`);
}
