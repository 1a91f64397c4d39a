// What a gate's output says, found in one pass over the whole of it, in constant memory: counts, failing tests, what
// two runs are compared by, and its last lines. Reads no files: text is handed to it in pieces.
import type { Counts } from './evidence.ts';
import { FailingTests, type NamedFailure } from './failing-tests.ts';
import { LineSet } from './line-set.ts';
import { beginning, Lines, normalised, ownText } from './plain-output.ts';
import { lineReader, type ReaderTable } from './readers.ts';
import { JunitCounts, TestCounts } from './test-counts.ts';

export interface OutputDigest {
  readonly counts: Counts | null;
  /** At most 1,000 of the tests that failed. */
  readonly failing: readonly NamedFailure[];
  /** All of them. */
  readonly names: LineSet;
  /** What was said, numbers and folders aside; empty where the run passed. */
  readonly lines: LineSet;
  /** It says that what the gate starts is not there. */
  readonly missing: boolean;
  /** Its last lines. */
  readonly end: string;
}

const LAST_LINES = 12;
const LONGEST_END = 2000;

export class DigestOutput {
  readonly #lines = new Lines((line, goesOn) => this.#take(line, goesOn));
  readonly #read: ReturnType<typeof lineReader>;
  readonly #compared: boolean;
  readonly #counts = new TestCounts();
  readonly #junit = new JunitCounts();
  readonly #failing = new FailingTests();
  readonly #said = new LineSet();
  #missing = false;
  #last: string[] = [];

  /** @param compared whether it will be compared with another output: that of a run that passed is not */
  constructor(table: ReaderTable, compared = true) {
    this.#read = lineReader(table);
    this.#compared = compared;
  }

  /** How much of the text it holds, in characters; more is never kept, however long a line is. */
  get held(): number {
    return this.#lines.held + this.#last.reduce((sum, line) => sum + line.length, 0);
  }

  add(text: string): void {
    this.#lines.add(text);
  }

  end(): OutputDigest {
    this.#lines.end();
    const counts = this.#counts.result(this.#junit.result());
    return {
      counts,
      failing: this.#failing.found(),
      names: this.#failing.names,
      lines: this.#said,
      // a test that fails may well print what npm says of a script that is not there
      missing: this.#missing && !counts?.failed,
      end: ownText(this.#last.join('\n').slice(-LONGEST_END)),
    };
  }

  #take(line: string, goesOn: boolean): void {
    this.#junit.take(line);
    const said = this.#compared ? normalised(line) : '';
    if (said !== '') this.#said.add(said);
    if (goesOn) this.#failing.goOn(line);
    else this.#start(beginning(line));
  }

  #start(start: string): void {
    const reading = this.#read(start);
    if (reading.counted) this.#counts.take(reading.counted);
    this.#failing.take(start, reading);
    this.#missing ||= reading.missing;
    this.#keepLast(start.trimEnd());
  }

  #keepLast(line: string): void {
    if (line === '') return;
    if (this.#last.length >= LAST_LINES) this.#last.shift();
    this.#last.push(line);
  }
}

/** The digest of a text that is there as a whole. */
export function digestOf(text: string, table: ReaderTable): OutputDigest {
  const digest = new DigestOutput(table);
  digest.add(text);
  return digest.end();
}
