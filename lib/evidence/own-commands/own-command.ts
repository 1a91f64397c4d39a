// A command that a project names itself: a script, a target, a recipe, a task. Only data.

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

/** Commands out of a mapping that is written as JSON or YAML, whatever stands there. */
export function commandsOf(
  entries: unknown,
  read: (name: string, value: unknown) => Partial<OwnCommand> | null,
): OwnCommands {
  const commands = new Map<string, OwnCommand>();
  if (typeof entries !== 'object' || entries === null || Array.isArray(entries)) return commands;
  for (const [name, value] of Object.entries(entries)) {
    const command = read(name, value);
    if (command !== null) commands.set(name, { name, before: [], lines: [], after: [], ...command });
  }
  return commands;
}

/** The texts in a value that is a text or a list of them. */
export const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string');
