// The view of a command, as its options want it.
import { createTail } from '../system/tail.ts';
import { createView, type View } from '../view/index.ts';
import type { CommandLine } from './arguments.ts';

export function viewFor(line: CommandLine): Promise<View> {
  return createView({
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    tail: createTail(),
    quiet: line.flags.has('quiet'),
    verbose: line.flags.has('verbose'),
    json: line.flags.has('json'),
    noColour: line.flags.has('no-color'),
  });
}
