// Runs one command behind a host's prefix and reads its answer. The prefix's own exit code is never believed: without
// an end in its answer it was cut.
import { type ChildProcess, spawn } from 'node:child_process';
import { codeOf } from '../file-failure.ts';
import { FrameReader } from './frames.ts';

export interface Call {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly nonce: string;
  /** Its standard input. */
  readonly input: Uint8Array;
  /** Its input stays open: a line every `beatMs` says that we are there, and someone may be told more (`stop`). */
  readonly stays?: { readonly beatMs: number; readonly begun: (write: (line: string) => void) => void };
  readonly onOutput?: (stream: 'o' | 'e', bytes: Uint8Array) => void;
  /** Aborted: the call is given up, which the far side hears as its end of input. */
  readonly signal?: AbortSignal;
}

export interface Called {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly pack: Uint8Array | null;
  /** null: the answer was cut. */
  readonly end: { readonly code: number; readonly why: string } | null;
  /** Something of ours answered, though it may have been cut. */
  readonly begun: boolean;
  /** The last words on standard error: the prefix's own, say why it could not connect. */
  readonly said: string;
}

const LONGEST_SAID = 2000;

/** Starts it, and resolves with whatever came of it. */
export function call({ argv, env, nonce, input, stays, onOutput, signal }: Call): Promise<Called> {
  const [file = '', ...args] = argv;
  const answer = new Answer(nonce, onOutput);
  return new Promise<Called>((resolve) => {
    const done = () => resolve(answer.called());
    let child: ChildProcess;
    try {
      // a session of its own: Ctrl-C in the terminal is told to the far side by us
      child = spawn(file, args, { env, cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    } catch (error) {
      answer.said = `${file} could not be started (${codeOf(error)})`;
      done();
      return;
    }
    const kill = () => void child.kill('SIGTERM');
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted) kill();
    const write = (line: string) => void child.stdin!.write(`${line}\n`);
    const beat = stays === undefined ? undefined : setInterval(() => write('here'), stays.beatMs);
    child.stdout!.on('data', (chunk: Buffer) => {
      answer.feed(chunk);
      if (answer.end !== null) child.stdin!.end();
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      answer.said = `${answer.said}${chunk.toString('utf8')}`.slice(-LONGEST_SAID);
    });
    child.stdin!.on('error', () => {}); // it ended: its answer tells more
    child.once('error', (error) => {
      answer.said = `${file} could not be started (${codeOf(error)})`;
      clearInterval(beat);
      done();
    });
    // not for the end of its errors: a connection that ssh keeps for the next call holds them open
    let open = 2;
    const ended = () => {
      if (--open > 0) return;
      clearInterval(beat);
      signal?.removeEventListener('abort', kill);
      child.stderr!.destroy();
      done();
    };
    child.once('exit', ended);
    child.stdout!.once('close', ended);
    child.stdin!.write(input);
    if (stays === undefined) child.stdin!.end();
    else stays.begun(write);
  });
}

/** What has come of an answer so far. */
class Answer {
  end: Called['end'] = null;
  said = '';
  readonly #values = new Map<string, string[]>();
  readonly #pack: Uint8Array[] = [];
  readonly #reader: FrameReader;

  constructor(nonce: string, onOutput: Call['onOutput']) {
    this.#reader = new FrameReader(nonce, {
      bytes: (stream, bytes) =>
        stream === 'p' ? void this.#pack.push(Uint8Array.from(bytes)) : onOutput?.(stream, bytes),
      value: (key, value) => void this.#values.set(key, [...(this.#values.get(key) ?? []), value]),
      end: (code, why) => {
        this.end = { code, why };
      },
    });
  }

  feed(bytes: Uint8Array): void {
    this.#reader.feed(bytes);
  }

  called(): Called {
    const pack = this.#pack.length === 0 ? null : Buffer.concat(this.#pack);
    return { values: this.#values, pack, end: this.end, begun: this.#reader.hasBegun, said: this.said.trim() };
  }
}
