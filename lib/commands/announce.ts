// Announces questions: a prompter around another one, which tells the notifier that a question begins to wait, and that it
// is answered.
import type { Answered, Prompter } from '../core/question.ts';
import type { Notifier } from './notifier.ts';

export function announcing(prompter: Prompter, notifier: Notifier): Prompter {
  if (!prompter.available) return prompter;
  const announced = async <T>(message: string, ask: () => Promise<Answered<T>>): Promise<Answered<T>> => {
    const answered = notifier.question(message);
    try {
      return await ask();
    } finally {
      answered();
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
