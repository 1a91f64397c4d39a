// Announces questions as the recipe's `notify:` says: a prompter around another one, which rings the bell or starts a
// command when a question begins to wait. What goes wrong with that is said once; the question is asked all the same.
import { FailureError } from '../core/failure.ts';
import { doctorMessages } from '../core/messages/doctor.ts';
import type { Answered, Prompter } from '../core/question.ts';
import type { Recipe } from '../core/recipe.ts';
import { childEnvironment } from '../system/environment.ts';
import { distrustedFolder, findOnPath } from '../system/find-on-path.ts';
import { collect } from '../system/own-command.ts';
import type { View } from '../view/index.ts';

export function announcing(prompter: Prompter, { notify, withhold }: Recipe, view: View): Prompter {
  if (notify === null || !prompter.available) return prompter;
  let complained = false;
  const complain = (what: string): void => {
    if (!complained) view.say(what);
    complained = true;
  };

  const start = async (command: readonly string[], question: string, signal: AbortSignal): Promise<void> => {
    const [name = '', ...rest] = command;
    const file = name.startsWith('/') ? name : findOnPath(name, process.env, { insideOf: distrustedFolder() });
    if (file === null) return complain(doctorMessages.notifyMissing({ command: name }).what);
    const env = childEnvironment({
      base: process.env,
      withhold,
      passAll: [],
      pass: [],
      set: { MM_QUESTION: question },
    });
    try {
      const { exitCode, stderr } = await collect([file, ...rest], { cwd: '/', env, maxBytes: 2 ** 20, signal });
      if (exitCode !== 0) complain(doctorMessages.notifyFails({ command: name, said: stderr.trim() }).what);
    } catch (error) {
      if (signal.aborted) return; // answered before it had ended
      complain(error instanceof FailureError ? error.failure.what : String(error));
    }
  };

  const announced = async <T>(question: string, ask: () => Promise<Answered<T>>): Promise<Answered<T>> => {
    if (notify === 'bell') {
      view.bell();
      return ask();
    }
    const answered = new AbortController();
    // never waited for: it may show its message for as long as the question stands
    void start(notify, question, answered.signal);
    try {
      return await ask();
    } finally {
      answered.abort();
    }
  };
  return {
    available: true,
    select: (question) => announced(question.message, () => prompter.select(question)),
    confirm: (question) => announced(question.message, () => prompter.confirm(question)),
    text: (question) => announced(question.message, () => prompter.text(question)),
    close: () => prompter.close(),
  };
}
