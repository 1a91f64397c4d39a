// A command of the recipe's own behind its prefix (`via`): a sandbox, a container, another machine.
import type { Command } from '../core/shell-word.ts';
import { renderDeep } from '../recipe/template.ts';
import type { StepContext } from './executor.ts';

/**
 * @param via the command's own prefix; where it is empty, the recipe's `command_via` holds
 * @param path the workspace that it works in
 */
export function behind({ run, lookup }: StepContext, via: readonly string[], command: Command, path: string): Command {
  const prefix = via.length > 0 ? via : run.recipe.commandVia;
  if (prefix.length === 0) return command;
  const names = (name: string) => (name === 'workspace.path' ? path : lookup(name));
  // a shell line behind a prefix needs a shell of its own
  return [
    ...(renderDeep(prefix, names) as readonly string[]),
    ...(typeof command === 'string' ? ['bash', '-c', command] : command),
  ];
}
