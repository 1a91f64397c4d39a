// `--from name=kind:what` → the `--set` that makes a slot of it: a resumed run has it too. Looks at nothing that it
// names.
import { resolve } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import type { CommandLine } from './arguments.ts';

/** What stands in front of the colon → what `from:` of a slot says. */
const KINDS: Readonly<Record<string, (what: string) => object>> = {
  branch: (ref) => ({ ref }),
  pr: (number) => ({ pull_request: number }),
  patch: (file) => ({ patch: resolve(file) }),
  folder: (folder) => ({ folder: resolve(folder) }),
  cmd: (line) => ({ command: ['sh', '-c', line.replaceAll('${', '$${')] }), // its names are the shell's
};

const EXPECTED = `name=${Object.keys(KINDS)
  .map((kind) => `${kind}:…`)
  .join(', name=')}`;

/** The command line with its `--from` said as `--set`. */
export function withOrigins(line: CommandLine): Result<CommandLine> {
  const set: string[] = [];
  const names = new Set<string>();
  for (const written of line.values.from ?? []) {
    const [, name = '', kind = '', what = ''] = /^([a-z0-9][a-z0-9-]*)=([a-z]+):(.+)$/s.exec(written) ?? [];
    const says = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    if (says === undefined) return fail(cliMessages.badValue({ option: '--from', value: written, expected: EXPECTED }));
    if (kind === 'pr' && !/^[1-9]\d*$/.test(what))
      return fail(
        cliMessages.badValue({
          option: '--from',
          value: written,
          expected: 'the number of a pull request, as in a=pr:12,',
        }),
      );
    if (names.has(name)) return fail(cliMessages.fromTwice({ name }));
    names.add(name);
    set.push(`slots.${name}=${JSON.stringify({ from: says(what) })}`);
  }
  return ok({ ...line, values: { ...line.values, set: [...(line.values.set ?? []), ...set] } });
}
