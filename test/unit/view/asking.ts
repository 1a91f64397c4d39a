// Asks questions one after the other and prints what came of them, for the test of a real terminal.
// Usage: asking.ts KINDS, e.g. `select,confirm,text`; with `dumb` as on a terminal that can't be redrawn.
import type { ReadStream } from 'node:tty';
import { createPrompter } from '../../../lib/system/prompt.ts';
import { createView } from '../../../lib/view/index.ts';

const view = await createView({
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.argv[3] === 'dumb' ? { TERM: 'dumb' } : process.env,
  tail: () => null,
});
const prompter = createPrompter({
  input: process.stdin as ReadStream,
  screen: view.questions,
  print: (text) => process.stderr.write(text),
});
process.on('SIGINT', () => prompter.close());
const choices = Array.from({ length: 12 }, (_, i) => ({
  value: i + 1,
  label: `choice ${i + 1}`,
  hint: `what choice ${i + 1} means in a few more words`,
}));
const ask = {
  select: () => prompter.select({ message: 'Which one of all these is it to be, of those that there are?', choices }),
  confirm: () => prompter.confirm({ message: 'Go on?', fresh: true }),
  text: () => prompter.text({ message: 'What should be implemented?', initial: 'nothing' }),
};
await Promise.all(
  (process.argv[2] ?? '').split(',').map(async (kind) => {
    const answer = await ask[kind as keyof typeof ask]();
    view.say(`${kind}: ${JSON.stringify(answer)}`);
  }),
);
view.close();
prompter.close();
