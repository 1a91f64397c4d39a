// A question on a terminal that can't be redrawn: printed once as lines, answered by a line. Draws nothing.
import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import type { Answered, CancelledBy } from '../core/question.ts';

/** The question as lines, and the answer as a line; asked again until it can be understood. */
export function readAnswer<T>(
  input: ReadStream,
  print: (text: string) => void,
  message: string,
  ask: string,
  withdrawn: AbortSignal,
  parse: (text: string) => T | undefined,
): Promise<Answered<T>> {
  return new Promise((resolve) => {
    const reader = createInterface({ input, terminal: false });
    let answer: Answered<T> = { cancelled: true, by: 'end' };
    const withdraw = (): void => {
      answer = { cancelled: true, by: withdrawn.reason as CancelledBy };
      reader.close();
    };
    withdrawn.addEventListener('abort', withdraw);
    reader.on('line', (line) => {
      const value = parse(line.trim());
      if (value === undefined) return print(ask);
      answer = { answered: value };
      reader.close();
    });
    reader.on('close', () => {
      withdrawn.removeEventListener('abort', withdraw);
      resolve(answer);
    });
    print(`${message}\n`);
    print(ask);
  });
}
