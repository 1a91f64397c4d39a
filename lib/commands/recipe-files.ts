// Where recipes come from: a path, or the name of one that comes with the program; nothing that the user did not name.
import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { nearest } from '../core/nearest.ts';
import { COMMANDS } from './option-table.ts';

/** The folder of the recipes that come with the program. */
export const SHIPPED = fileURLToPath(new URL('../../recipes', import.meta.url));

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Names of the recipes that come with the program. */
export function shippedRecipes(): readonly string[] {
  return readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5));
}

/** Tables that recipes name, and no workflows. */
const TABLES = ['gates', 'clis'];

/** Those that can be run. */
export const shippedWorkflows = (): readonly string[] => shippedRecipes().filter((name) => !TABLES.includes(name));

/**
 * The file that a word on the command line, or behind `extends:`, means.
 * @param from folders in which a relative path is looked for, in this order
 */
export function findRecipe(name: string, from: readonly string[]): Result<string> {
  const looked = isAbsolute(name) ? [name] : [...new Set(from.map((folder) => resolve(folder, name)))];
  for (const path of looked) if (isThere(path) && (name.includes('/') || /\.ya?ml$/.test(name))) return ok(path);
  const word = name.replace(/^recipes\//, '').replace(/\.ya?ml$/, '');
  if (/^(hosts\/)?[\w-]+$/.test(word) && isFile(join(SHIPPED, `${word}.yaml`)))
    return ok(join(SHIPPED, `${word}.yaml`));
  return fail(
    cliMessages.noSuchRecipe({
      name,
      near: nearWord(word),
      known: shippedWorkflows(),
      looked: [...new Set([...looked, join(SHIPPED, `${word}.yaml`)])],
    }),
  );
}

/** What a word that is neither recipe nor command was most likely meant to be, as it is typed. */
export function nearWord(word: string): string | undefined {
  const near = nearest(word, [...shippedRecipes(), ...Object.keys(COMMANDS)]);
  return near === undefined ? undefined : `mm ${near}`;
}
