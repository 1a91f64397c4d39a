// Processor time that the program takes while models run and talk, with the live view on a real terminal.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newestSession } from '../support/mm.ts';
import { makeRepo } from '../support/repo.ts';
import { withRoom } from '../support/room.ts';
import { withTerminal } from '../support/terminal.ts';
import { waitUntil } from '../support/wait.ts';
import { cpuSeconds } from './measure.ts';
import { type Part, round } from './part.ts';
import { makePlace } from './room.ts';

const SECONDS = 8;
const MOST = 2;

export const liveView: Part = {
  title: 'Live view: processor time while three models run and print ten lines a second each',
  run: (options) =>
    withRoom(async (room) => {
      const place = makePlace(room, 3, options);
      const repo = { ...makeRepo(room, { name: 'unused' }), dir: place.dir };
      const env = { BENCH_SECONDS: String(SECONDS), BENCH_CHATTY: '1' };
      return withTerminal(
        repo,
        [place.recipe, 'x', '--yes', '--headless'],
        { env, runtime: options.runtime, cols: 120, rows: 40 },
        async (terminal) => {
          const pid = await waitUntil('three models to run', () => pidOnceRunning(room.sessions, 3), 60_000);
          const before = cpuSeconds(pid);
          const began = performance.now();
          await waitUntil(
            'half of their time',
            () => (performance.now() - began > (SECONDS * 1000) / 2 ? true : null),
            60_000,
          );
          const share = ((cpuSeconds(pid) - before) / ((performance.now() - began) / 1000)) * 100;
          await terminal.exit(120_000);
          return [
            {
              what: 'three talking models',
              values: { 'cpu %': round(share, 1) },
              reached: share < MOST,
              target: `< ${MOST} %`,
            },
          ];
        },
      );
    }),
};

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
