// A file that only grows, a line at a time, each line whole on disk before the next thing happens: the journal's file.
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { fileFailure } from './file-failure.ts';

export class AppendFile {
  readonly #path: string;
  readonly #fd: number;
  #size: number;

  /**
   * Opens or makes the file. A torn last line, left by a crash, is closed with a line end, so that what follows is
   * whole.
   * @throws FailureError
   */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#fd = openSync(path, 'a+', 0o600);
    } catch (error) {
      throw fileFailure(error, path, 'opened');
    }
    this.#size = fstatSync(this.#fd).size;
    const last = new Uint8Array(1);
    if (this.#size > 0 && readSync(this.#fd, last, 0, 1, this.#size - 1) === 1 && last[0] !== 0x0a) this.append('');
  }

  /**
   * Appends a line; its line end is added. Either all of it is there afterwards or, with an error, nothing.
   * @param durable also wait until the disk has it
   * @throws FailureError
   */
  append(line: string, durable = false): void {
    const bytes = Buffer.from(`${line}\n`);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
      this.#size += bytes.length;
      if (durable) fsyncSync(this.#fd);
    } catch (error) {
      this.#dropRest();
      throw fileFailure(error, this.#path, 'written');
    }
  }

  /** A full disk may have taken the first half of a line. */
  #dropRest(): void {
    try {
      ftruncateSync(this.#fd, this.#size);
    } catch {
      // The error that brought us here is the one to tell; a torn line is what readers expect after a crash anyway.
    }
  }

  /** Waits until the disk has every line. */
  sync(): void {
    try {
      fsyncSync(this.#fd);
    } catch (error) {
      throw fileFailure(error, this.#path, 'written');
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
