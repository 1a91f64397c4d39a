// Whole runs while other programs keep all cores busy, each in a session of its own as the desktop's programs are: what
// runs at low priority then waits for all of them.
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Part, Row } from './part.ts';
import { compared, inTurn, withBoth } from './side-by-side.ts';

const LOOPS_PER_CORE = 4;
const MOST = 1;

export const busy: Part = {
  title: `Whole run beside ${LOOPS_PER_CORE} busy loops per core, against the document as a shell script`,
  async run(options, say) {
    const rows: Row[] = [];
    for (const files of options.files.filter((count) => count <= 10_000))
      rows.push(
        await withBoth(files, options, say, async (place) => {
          const loops = startLoops(LOOPS_PER_CORE * availableParallelism());
          try {
            const { ratio, values } = compared(await inTurn(place, options.times, say));
            return { what: `${files} files`, values, reached: ratio <= MOST, target: `ratio ≤ ${MOST}` };
          } finally {
            for (const loop of loops) loop.kill('SIGKILL');
          }
        }),
      );
    return rows;
  },
};

/** Ends by itself when we do. */
const LOOP =
  'const ours = process.ppid; for (;;) { for (let n = 0; n < 1e8; n++); if (process.ppid !== ours) process.exit(); }';

/** `detached` gives each a session of its own. */
function startLoops(count: number): ChildProcess[] {
  return Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', LOOP], { detached: true, stdio: 'ignore' }),
  );
}
