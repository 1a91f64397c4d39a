// The view of a command, as its options want it, and who asks questions there.
import { createPrompter, type TerminalPrompter } from '../system/prompt.ts';
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

export const prompterFor = (view: View): TerminalPrompter =>
  createPrompter({ input: process.stdin, screen: view.questions, print: (text) => view.say(text) });
