// Runs a command on another host as `runProcess` runs one here: its output comes into the same local files as it is
// printed, its end is what the far side wrote down of it. The same call starts it and attaches to it, so a connection
// that is cut, or a runner that was killed, goes on where it was.

import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type Command, shellWord } from '../../core/shell-word.ts';
import { childEnvironment } from '../environment.ts';
import { fileFailure } from '../file-failure.ts';
import { watchSilence } from '../process-files.ts';
import type { EndReason, ProcessExit, ProcessSpec } from '../process-spec.ts';
import { watchOver } from '../supervise.ts';
import { waitFor } from '../wait-for.ts';
import type { Called } from './call.ts';
import { AGAIN, callVerb, type Far } from './host.ts';

/** A lane on a host: plain data, with all that is needed to reach it from a journal alone. */
export type FarLane = {
  readonly host: Pick<Far, 'name' | 'via' | 'tool' | 'path'>;
  /** Its name there, and that of the cache of its repository's objects. */
  readonly id: string;
  readonly repository: string;
  /** What commands see there in any case. */
  readonly set: Readonly<Record<string, string>>;
  /** Variables that the prefix, and so what may carry them along, does not see (globs). */
  readonly withhold: readonly string[];
  /** So long a command there lives while nobody can be reached, and so long it is tried to reach it again. */
  readonly leaseMs: number;
  /** Its host is taken away at the end, and the lane with it. */
  readonly goes: boolean;
};

/** What a host's prefix sees: what anything does that the user starts, without the keys. */
export const prefixEnvironment = ({ withhold }: Pick<FarLane, 'withhold'>): Record<string, string> =>
  childEnvironment({ base: process.env, withhold, passAll: [], pass: [], set: {} });

export interface FarSpec extends ProcessSpec {
  /** Known to the far side by it: the same job is never started twice. */
  readonly job: string;
  /** Files that are written there before it starts, by their paths there. */
  readonly files?: Readonly<Record<string, string>>;
}

const PAUSE_MS = 1000;

export async function runFar(lane: FarLane, spec: FarSpec): Promise<ProcessExit> {
  const began = performance.now();
  const ended = (how: EndReason, detail: string | null, exitCode: number | null = null): ProcessExit => {
    return { exitCode, signal: null, ended: how, elapsedMs: performance.now() - began, detail };
  };
  if (spec.signal?.aborted) return ended('interrupted', 'it was not started');
  const files = openOutputs(spec);
  const ending = new Ending(spec, files);
  let heard = performance.now();
  try {
    for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, 10_000)) {
      const answer = await callOnce(lane, spec, files, ending, () => {
        heard = performance.now();
        pause = PAUSE_MS;
      });
      const reason = ending.reason;
      if (answer.end !== null && !isAgain(answer.end)) return exitOf(lane, answer.end, reason, ended);
      if (reason !== null) return ended(reason, `${lane.host.name} could not be told; it ends there by itself`);
      const why = answer.end?.why ?? (answer.said || 'the connection was cut');
      if (performance.now() - heard > lane.leaseMs) return ended('lost', `${lane.host.name} can't be reached: ${why}`);
      await waitFor(pause, spec.signal ?? new AbortController().signal);
      if (spec.signal?.aborted) ending.because('interrupted');
    }
  } finally {
    ending.over();
    for (const fd of new Set([files.stdout, files.stderr])) closeSync(fd);
  }
}

interface Outputs {
  readonly stdout: number;
  readonly stderr: number;
}

/** The first reason to end it that is seen from here. */
class Ending {
  reason: EndReason | null = null;
  #tell: (() => void) | null = null;
  readonly #stop: (() => void)[] = [];

  constructor(spec: FarSpec, files: Outputs) {
    const interrupt = () => this.because('interrupted');
    spec.signal?.addEventListener('abort', interrupt, { once: true });
    this.#stop.push(
      () => spec.signal?.removeEventListener('abort', interrupt),
      watchSilence(files, spec.silenceMs, () => this.because('stalled')),
      watchOver(spec.over, () => this.because('over')),
    );
  }

  because(reason: EndReason): void {
    this.reason ??= reason;
    this.#tell?.();
  }

  /** Who is to be told, now that there is someone. */
  listener(tell: (() => void) | null): void {
    this.#tell = tell;
    if (this.reason !== null) tell?.();
  }

  over(): void {
    for (const stop of this.#stop) stop();
  }
}

/** How often the far side hears that we are there, at least. */
const LONGEST_BEAT_MS = 5000;

/** After it was told to end it there, so much longer than the grace is waited for its answer. */
const PATIENCE_MS = 20_000;

async function callOnce(
  lane: FarLane,
  spec: FarSpec,
  files: Outputs,
  ending: Ending,
  heard: () => void,
): Promise<Called> {
  const input = spec.stdin === null ? Buffer.alloc(0) : readFileSync(spec.stdin);
  const start = Buffer.from(fragment(lane, spec));
  const [out, err] = [files.stdout, files.stderr].map((fd) => fstatSync(fd).size);
  const errors = files.stderr === files.stdout ? 0 : err;
  const words = ['run', lane.id, spec.job, ...[out, errors, start.length, input.length].map(String)];
  const giveUp = new AbortController();
  let trouble: unknown;
  let timer: NodeJS.Timeout | null = null;
  const answer = await callVerb(lane.host, words, {
    env: prefixEnvironment(lane),
    input: Buffer.concat([start, input]),
    signal: giveUp.signal,
    stays: {
      beatMs: Math.min(LONGEST_BEAT_MS, lane.leaseMs / 4),
      begun: (write) =>
        ending.listener(() => {
          write('stop');
          timer ??= setTimeout(() => giveUp.abort(), spec.graceMs + PATIENCE_MS);
        }),
    },
    onOutput: (stream, bytes) => {
      heard();
      try {
        writeSync(stream === 'o' ? files.stdout : files.stderr, bytes);
      } catch (error) {
        trouble ??= error; // a full disk, say
        giveUp.abort();
      }
    },
  });
  ending.listener(null);
  if (trouble !== undefined) throw fileFailure(trouble, spec.stdout, 'written');
  if (timer !== null) clearTimeout(timer);
  if (answer.begun) heard();
  return answer;
}

/** What the far side starts, as its shell reads it. All of it goes on standard input; once read, its file is gone. */
function fragment({ host, set, leaseMs }: FarLane, spec: FarSpec): string {
  const { command, cwd, env, limitMs, graceMs, stdout, stderr, files = {} } = spec;
  const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));
  const variables = { PATH: host.path, ...set, ...env, PWD: cwd };
  return [
    `limit=${limitMs === null ? 0 : seconds(limitMs)} grace=${seconds(graceMs)} lease=${seconds(leaseMs)}`,
    `both=${stdout === stderr ? 1 : ''} cwd=${shellWord(cwd)}`,
    ...Object.entries(files).map(
      ([path, text]) =>
        `mkdir -p ${shellWord(path.replace(/\/[^/]*$/, ''))} && printf %s ${shellWord(text)} >${shellWord(path)}`,
    ),
    'launch() {',
    ...Object.entries(variables)
      .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
      .map(([name, value]) => `export ${name}=${shellWord(value)}`),
    ...startOf(command),
    '}',
    '',
  ].join('\n');
}

/** A shell line is for bash, where there is one. */
function startOf(command: Command): readonly string[] {
  if (typeof command === 'string')
    return [
      'shell="bash --noprofile --norc"',
      'command -v bash >/dev/null || shell=sh',
      `exec $apart $shell -c ${shellWord(command)}`,
    ];
  const [program = '', ...args] = command.map(shellWord);
  return [
    `command -v ${program} >/dev/null || { echo ${program}: not found >&2; exit 127; }`,
    `exec $apart ${[program, ...args].join(' ')}`,
  ];
}

/** The far side could not begin, as its input was cut; a command's own code may be the same. */
const isAgain = ({ code, why }: NonNullable<Called['end']>): boolean => code === AGAIN && why !== 'exit';

/** What the far side says of an end. */
function exitOf(
  { host }: FarLane,
  { code, why }: { readonly code: number; readonly why: string },
  reason: EndReason | null,
  ended: (how: EndReason, detail: string | null, exitCode?: number | null) => ProcessExit,
): ProcessExit {
  if (reason !== null && why !== 'exit') return ended(reason, null);
  if (why === 'exit') return ended('exit', null, code);
  if (why === 'timeout' || why === 'interrupted') return ended(why, null);
  if (why === 'orphaned') return ended('lost', `${host.name} heard nothing for too long, and ended it`);
  if (why === 'lost') return ended('lost', `${host.name} lost it, as in a restart`);
  return ended('lost', `${host.name}: ${why}`);
}

/** What it printed to an earlier process of ours stays: it is gone on with from there. */
function openOutputs({ stdout, stderr }: FarSpec): Outputs {
  const open = (path: string) => {
    try {
      return openSync(path, 'a', 0o600);
    } catch (error) {
      throw fileFailure(error, path, 'created');
    }
  };
  const first = open(stdout);
  return { stdout: first, stderr: stderr === stdout ? first : open(stderr) };
}
