// `mm check --flags`: whether the options in a recipe's commands are among those that each CLI lists in its own help.
// Starts the CLIs for that, outside of any repository, without input and within a limit; asks no vendor.
import { join } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { complaint, type Finding, good } from '../core/finding.ts';
import { groupBy } from '../core/group-by.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { ownEnvironment } from '../system/environment.ts';
import { readText } from '../system/files.ts';
import { findOnPath } from '../system/find-on-path.ts';
import { runProcess } from '../system/process.ts';
import { inTemporaryFolder } from '../system/temporary-folder.ts';

const LIMIT_MS = 60_000;
/** More than any help; what is beyond is not read. */
const LONGEST_HELP = 1024 * 1024;

/** @param around the repository, whose own files are never taken for a command line */
export async function examineFlags(recipe: Recipe, around: string | null): Promise<readonly Finding[]> {
  const backends = Object.values(recipe.slots).flatMap((slot) => slot.backends);
  const findings: Finding[] = [];
  // one after the other: several at once take so long to start that they would run into the limit
  for (const [cli, users] of groupBy(backends, (backend) => backend.cli))
    findings.push(...(await examineCli(cli, users, around)));
  return findings;
}

async function examineCli(cli: string, users: readonly Backend[], around: string | null): Promise<readonly Finding[]> {
  const file = findOnPath(cli, process.env, { insideOf: around });
  if (file === null) return [complaint(cli, 'unknown', doctorMessages.flagsUnseen({ cli }))];
  const unlisted = new Set(users.flatMap((backend) => backend.unlisted));
  const flags = users.flatMap((backend) => backend.flags).filter(({ flag }) => !unlisted.has(flag));
  const helps = new Map<string, string>();
  for (const command of [[cli], ...flags.map((each) => each.command)])
    if (!helps.has(command.join(' '))) helps.set(command.join(' '), await helpOf([file, ...command.slice(1)]));
  if ([...helps.values()].every((help) => !help.includes('--')))
    return [complaint(cli, 'unknown', doctorMessages.noHelp({ cli, seconds: LIMIT_MS / 1000 }))];
  const missing = flags.filter(
    ({ flag, command }) => !lists(helps.get(cli)!, flag) && !lists(helps.get(command.join(' '))!, flag),
  );
  const byFlag = [...groupBy(missing, ({ flag, command }) => `${command.join(' ')} ${flag}`).values()];
  if (byFlag.length === 0)
    return [
      good(cli, `lists all options of its commands in ${[...helps.keys()].map((each) => `${each} --help`).join(', ')}`),
    ];
  return byFlag.map(([first, ...more]) => {
    const { flag, command, place } = first!;
    const places = [...new Set([place, ...more.map((each) => each.place)])];
    return complaint(cli, 'warning', doctorMessages.flagUnlisted({ flag, command: command.join(' '), places }));
  });
}

const lists = (help: string, flag: string): boolean => new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(help);

/** What a CLI prints as its help, on either stream; as far as it came. */
const helpOf = (command: readonly string[]): Promise<string> =>
  inTemporaryFolder(async (folder) => {
    const [stdout, stderr] = [join(folder, 'stdout'), join(folder, 'stderr')];
    const env = ownEnvironment();
    const limits = { limitMs: LIMIT_MS, graceMs: 1000 };
    await runProcess({ command: [...command, '--help'], cwd: folder, env, stdin: null, stdout, stderr, ...limits });
    return `${await readText(stdout, LONGEST_HELP)}\n${await readText(stderr, LONGEST_HELP)}`;
  });
