// `mm check <recipe>`: every mistake with its place, or what the recipe comes to and which CLI each slot would use here.
import { resolve } from 'node:path';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli.ts';
import { describe } from '../recipe/describe.ts';
import { distrust, findOnPath, repositoryAround } from '../system/find-on-path.ts';
import { printJson, printLines } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { load } from './load.ts';

export async function check(line: CommandLine): Promise<Result<number, Failure>> {
  const [name, extra] = line.operands;
  if (name === undefined) return fail(cliMessages.operandMissing({ command: 'check', operand: 'a recipe' }));
  if (extra !== undefined) return fail(cliMessages.tooManyOperands({ command: 'check', operand: extra }));
  const around = repositoryAround(resolve(line.values.directory?.[0] ?? '.'));
  if (around !== null) distrust(around);
  const loaded = await load(name, line, [process.cwd(), ...(around === null ? [] : [around])]);
  if (!loaded.ok) return loaded;
  const recipe = loaded.value;
  const slots = Object.values(recipe.slots).map(({ id, title, primary, workspace, backends }) => {
    const used = backends.find(({ cli }) => findOnPath(cli, process.env, { insideOf: around }) !== null);
    return {
      id,
      title,
      primary,
      workspace,
      backend: used?.cli ?? null,
      looked: backends.map(({ cli }) => cli),
      install: backends.flatMap(({ install }) => (install ? [install] : [])),
    };
  });
  if (line.flags.has('json')) {
    printJson({ recipe: recipe.name, file: recipe.file, sources: recipe.sources, slots });
    return ok(0);
  }
  printLines([...describe(recipe), '', 'Here:', ...slots.map(hereLine)]);
  return ok(0);
}

function hereLine({
  title,
  backend,
  looked,
  install,
}: {
  title: string;
  backend: string | null;
  looked: readonly string[];
  install: readonly string[];
}): string {
  if (backend !== null)
    return `  ✓ ${title} would use ${backend}${backend === looked[0] ? '' : ` (${looked[0]} is not installed)`}`;
  return `  ✗ ${title}: none of ${looked.join(', ')} is installed${install[0] ? `; for example: ${install[0]}` : ''}`;
}
