// The lines of a file that another process is writing, each read once, as they come. Of what is beyond all measure only
// the end is read: a flood keeps neither our memory nor our time.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fileFailure, isMissing } from './file-failure.ts';

const CHUNK = 64 * 1024;
/** A longer line is passed over. */
const LONGEST_LINE = 4 * 1024 * 1024;
/** What came since the last look is read from here on. */
const MOST_AT_ONCE = 16 * 1024 * 1024;

export class Follower {
  readonly #path: string;
  readonly #onLine: (line: string) => void;
  #position = 0;
  #pieces: Buffer[] = [];
  #length = 0;
  /** In a line whose beginning was passed over. */
  #skipping = false;
  #reading: Promise<number> | null = null;

  constructor(path: string, onLine: (line: string) => void) {
    this.#path = path;
    this.#onLine = onLine;
  }

  /**
   * Reads what was written since the last time; looks only at the size where nothing was.
   * @returns how many bytes were read or passed over so far
   * @throws FailureError
   */
  read(): Promise<number> {
    this.#reading ??= this.#more().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** What was read of a line that has no end yet. */
  get openLine(): string {
    return this.#skipping ? '' : Buffer.concat(this.#pieces).toString('utf8');
  }

  /** Reads the rest, and the last line also where it has no end. */
  async end(): Promise<void> {
    await this.#reading;
    await this.read();
    this.#endLine();
  }

  async #more(): Promise<number> {
    try {
      // A pipe that a model put there would keep us waiting; O_NONBLOCK does not.
      const file = await open(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        await this.#readFrom(file);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (!isMissing(error)) throw fileFailure(error, this.#path, 'read');
    }
    return this.#position;
  }

  async #readFrom(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size - this.#position > MOST_AT_ONCE) {
      this.#position = size - MOST_AT_ONCE;
      this.#passOver();
    }
    const chunk = Buffer.alloc(Math.min(CHUNK, Math.max(0, size - this.#position)));
    while (this.#position < size) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, size - this.#position), this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      this.#take(chunk.subarray(0, bytesRead));
    }
  }

  #take(bytes: Buffer): void {
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      this.#keep(bytes.subarray(from, end));
      this.#endLine();
      from = end + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  #keep(piece: Buffer): void {
    if (this.#skipping || piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length > LONGEST_LINE) this.#passOver();
    else this.#pieces.push(Buffer.from(piece)); // the chunk is filled again
  }

  #passOver(): void {
    this.#skipping = true;
    this.#pieces = [];
    this.#length = 0;
  }

  #endLine(): void {
    const line = this.openLine;
    this.#pieces = [];
    this.#length = 0;
    this.#skipping = false;
    if (line !== '') this.#onLine(line);
  }
}
