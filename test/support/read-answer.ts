// Reads the answer out of all that a backend printed, as an attempt reads it line by line.
import type { OutputFormat } from '../../lib/core/backend.ts';
import { AnswerReader } from '../../lib/model/answer.ts';

export function readAnswer(output: string, format: OutputFormat, ...asked: readonly string[]) {
  const reader = new AnswerReader(format, ...asked);
  for (const line of output.split('\n')) reader.line(line);
  return reader.end(output);
}
