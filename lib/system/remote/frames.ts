// Reads what the far side of a lane prints: what comes before the line with the nonce is somebody else's (a banner, a
// shell's rc file), then frames: `o N`, `e N`, `p N` and N bytes (output, errors, a pack), `k KEY VALUE`, `x CODE WHY`.
// Pure.

type Stream = 'o' | 'e' | 'p';

interface FrameListener {
  bytes(stream: Stream, bytes: Uint8Array): void;
  value(key: string, value: string): void;
  end(code: number, why: string): void;
}

/** Longest line of a frame; what is longer is not ours. */
const LONGEST_LINE = 64 * 1024;

export class FrameReader {
  readonly #nonce: Buffer;
  readonly #listener: FrameListener;
  #rest: Buffer = Buffer.alloc(0);
  #state: 'before' | 'frames' | 'over' = 'before';
  #left: { stream: Stream; bytes: number } | null = null;

  constructor(nonce: string, listener: FrameListener) {
    this.#nonce = Buffer.from(`${nonce}\n`);
    this.#listener = listener;
  }

  /** The nonce has come: something of ours answers. */
  get hasBegun(): boolean {
    return this.#state !== 'before';
  }

  feed(chunk: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    while (this.#step());
  }

  /** @returns whether there may be more to read in what has come */
  #step(): boolean {
    if (this.#state === 'before') return this.#findNonce();
    if (this.#state === 'over') return false;
    return this.#left === null ? this.#readLine() : this.#readBytes(this.#left);
  }

  #findNonce(): boolean {
    const at = this.#rest.indexOf(this.#nonce);
    if (at === -1) {
      const kept = this.#nonce.length - 1;
      if (this.#rest.length > kept) this.#rest = this.#rest.subarray(this.#rest.length - kept);
      return false;
    }
    this.#take(at + this.#nonce.length);
    this.#state = 'frames';
    return true;
  }

  #readBytes(left: { stream: Stream; bytes: number }): boolean {
    const bytes = this.#take(Math.min(left.bytes, this.#rest.length));
    if (bytes.length === 0 && left.bytes > 0) return false;
    this.#listener.bytes(left.stream, bytes);
    this.#left = left.bytes === bytes.length ? null : { ...left, bytes: left.bytes - bytes.length };
    return true;
  }

  #readLine(): boolean {
    const end = this.#rest.indexOf(10);
    if (end === -1 && this.#rest.length <= LONGEST_LINE) return false;
    const line = end === -1 ? '' : this.#take(end + 1).toString('utf8', 0, end);
    const [, kind = '', word = '', text = ''] = /^(\S)(?: (\S+))?(?: (.*))?$/.exec(line) ?? [];
    const number = Number(word);
    if ((kind === 'o' || kind === 'e' || kind === 'p') && Number.isSafeInteger(number) && number >= 0)
      this.#left = { stream: kind, bytes: number };
    else if (kind === 'k') this.#listener.value(word, text);
    else if (kind === 'x' && Number.isSafeInteger(number)) {
      this.#state = 'over';
      this.#listener.end(number, text);
    } else this.#state = 'over'; // no frame of ours: as if it had been cut here
    return this.#state !== 'over';
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}
