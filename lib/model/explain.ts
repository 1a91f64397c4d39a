// Says in a sentence why an attempt failed, with what the command itself said last.

import type { Backend, FailureClass } from '../core/backend.ts';
import { formatLimit } from '../core/duration.ts';

interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly detail: string | null;
}

const REASONS: Readonly<Record<FailureClass, string>> = {
  timeout: 'ran into its time limit',
  stalled: 'said and did nothing for too long',
  lost: 'was lost with the host that it ran on',
  interrupted: 'was interrupted',
  superseded: 'was ended, since enough others had passed',
  'not-found': 'could not be started',
  auth: 'is not logged in',
  quota: 'has no quota left',
  budget: 'reached a limit of its own',
  'rate-limit': 'was turned away by a rate limit',
  api: "could not reach its provider's service",
  empty: 'ended well, but changed nothing',
  'no-session': 'no longer has its session',
  crash: 'failed',
};

/** What a command printed. */
interface Printed {
  /** Its output and its errors, or the ends of them. */
  readonly stdout: string;
  readonly stderr: string;
  /** What its format tells to be its error (see answer.ts); null: nothing. */
  readonly error: string | null;
  /** It printed what it was asked, and no answer. */
  readonly echoed?: boolean;
}

/** E.g. `the-cli ran into its time limit (1200s); it last said: "…"`. */
export function explain(
  failure: FailureClass,
  backend: Backend,
  exit: Ended,
  limitMs: number | null,
  { stdout, stderr, error, echoed = false }: Printed,
): string {
  const how =
    failure === 'timeout'
      ? ` (${formatLimit(limitMs)})`
      : failure === 'not-found' || failure === 'lost'
        ? exit.detail
          ? ` (${exit.detail})`
          : ''
        : exit.exitCode !== null && exit.exitCode !== 0
          ? ` (exit code ${exit.exitCode})`
          : exit.signal
            ? ` (${exit.signal})`
            : '';
  // one that ended well says its last word in its answer; its errors are only noise
  const inTurn = echoed ? [stderr] : failure === 'empty' ? [stdout, stderr] : [stderr, stdout];
  const said = [error ?? '', ...inTurn].map(lastWords).find((words) => words !== null);
  const reason = echoed && failure === 'empty' ? 'only repeated what it was asked' : REASONS[failure];
  const login = failure === 'auth' && backend.login.how ? `. To log in: ${backend.login.how}` : '';
  return `${backend.cli} ${reason}${how}${said ? `; it last said: "${said}"` : ''}${login}`;
}

/** The last line that says something, shortened; control characters are shown as spaces. Of JSON, its last message. */
function lastWords(text: string): string | null {
  const lines = (message(text) ?? text).split(/\r?\n|\r/).map((line) =>
    line
      .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
      .trim(),
  );
  const last = lines.filter((line) => /[\p{L}\p{N}]/u.test(line)).at(-1);
  return last ? (last.length > 300 ? `${last.slice(0, 299)}…` : last) : null;
}

/** The last `"message": "…"` of a text that ends in JSON, also where that message is JSON itself. */
function message(text: string): string | null {
  if (!text.trimEnd().endsWith('}')) return null;
  const found = [...text.matchAll(/"message"\s*:\s*("(?:[^"\\\n]|\\.)*")/g)].at(-1)?.[1];
  if (found === undefined) return null;
  try {
    const inner = String(JSON.parse(found));
    return message(inner) ?? inner;
  } catch {
    return null; // not JSON after all
  }
}
