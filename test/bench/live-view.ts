// Processor time that the program takes while models run and talk, with the live view on a real terminal.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newestSession } from '../support/mm.ts';
import { makeRepo } from '../support/repo.ts';
import { withRoom } from '../support/room.ts';
import { withTerminal } from '../support/terminal.ts';
import { waitUntil } from '../support/wait.ts';
import { cpuSeconds } from './measure.ts';
import { type BenchOptions, type Part, type Row, round } from './part.ts';
import { makePlace } from './room.ts';

/**
 * How long the models talk, and how much of that is measured: from when the last one has started. Some 0.1 s in the first
 * second are of the start still; models that work for minutes do not care.
 */
const TALK = 34;
const MEASURED = 30;
const MOST = 2;

export const liveView: Part = {
  title: `Live view: processor time in ${MEASURED} s in which all models print ten lines a second each`,
  run: async (options) => [await busy(3, options), await busy(16, options)],
};

const busy = (models: number, options: BenchOptions): Promise<Row> =>
  withRoom(async (room) => {
    const place = makePlace(room, models, options);
    const repo = { ...makeRepo(room, { name: 'unused' }), dir: place.dir };
    const env = { BENCH_SECONDS: String(TALK), BENCH_CHATTY: '1' };
    return withTerminal(
      repo,
      [place.recipe, 'x', '--yes', '--headless'],
      { env, runtime: options.runtime, cols: 120, rows: 40 },
      async (terminal) => {
        const pid = await waitUntil('all models to run', () => pidOnceRunning(room.sessions, models), 60_000);
        const before = cpuSeconds(pid);
        const began = performance.now();
        await waitUntil('the time to pass', () => (performance.now() - began > MEASURED * 1000 ? true : null), 60_000);
        const used = cpuSeconds(pid) - before;
        const share = (used / ((performance.now() - began) / 1000)) * 100;
        await terminal.exit(120_000);
        return {
          what: `${models} talking models`,
          values: { 'cpu %': round(share, 1), 'cpu s': round(used) },
          reached: share < MOST,
          target: `< ${MOST} %`,
        };
      },
    );
  });

/** The program's pid once so many models have started. */
function pidOnceRunning(sessions: string, count: number): number | null {
  const { sessionDir } = newestSession(sessions);
  if (sessionDir === null || !existsSync(join(sessionDir, 'events.jsonl'))) return null;
  const events = readFileSync(join(sessionDir, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const pid = events.find(({ type }) => type === 'session_start')?.pid;
  return events.filter(({ type }) => type === 'attempt_start').length >= count ? pid : null;
}
