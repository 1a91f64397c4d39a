// The most memory that the program itself takes, whatever models print and change.
import { withRoom } from '../support/room.ts';
import { type Part, type Row, round } from './part.ts';
import { makePlace } from './room.ts';

const MOST_MIB = 120;

interface Case {
  readonly what: string;
  readonly env: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
}

const GIGABYTE = { BENCH_PRINT: String(2 ** 30) };
const reading = (format: string) => ['--set', `slots.*.backends.*.output={ format: ${format}, answer: result }`];

const CASES: readonly Case[] = [
  { what: 'three models change 3 files each', env: {} },
  { what: 'three models print 1 GiB each', env: GIGABYTE },
  { what: 'three models print 1 GiB each where a JSON document is expected', env: GIGABYTE, words: reading('json') },
  { what: 'three models print 1 GiB each where JSON lines are expected', env: GIGABYTE, words: reading('jsonl') },
  { what: 'three models change 10,000 files in all', env: { BENCH_CHANGES: '3334' } },
  { what: 'three models change 10,000 files each', env: { BENCH_CHANGES: '10000' } },
  { what: 'three diffs of 200 MB', env: { BENCH_BYTES: String(66 * 2 ** 20) } },
];

export const memory: Part = {
  title: `Memory: the program's own peak (target ${MOST_MIB} MiB)`,
  async run(options, say) {
    const rows: Row[] = [];
    for (const { what, env, words } of CASES) {
      say(what);
      const done = await withRoom((room) => makePlace(room, 3, options).run(env, words));
      const peak = done.peakMiB;
      rows.push({
        what,
        values: { 'peak MiB': round(peak, 0), 'run s': round(done.ms / 1000, 1) },
        reached: peak === null ? null : peak <= MOST_MIB,
        target: `≤ ${MOST_MIB} MiB`,
      });
    }
    return rows;
  },
};
