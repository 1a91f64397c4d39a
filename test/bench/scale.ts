// What one more lane, changed file or step costs: the same few or many of them there are.
import { appendFileSync } from 'node:fs';
import { withRoom } from '../support/room.ts';
import { median } from './measure.ts';
import { type BenchOptions, type Part, type Row, round } from './part.ts';
import { makePlace } from './room.ts';

/** How much dearer the last one may be than the first ones: constant within what a shared machine tells. */
const GROWTH = 1.5;

export const scale: Part = {
  title: 'Scale: cost per lane, changed file and step (models and gates that take no time)',
  async run(options, say) {
    const lanes = await line(options, [2, 8, 32], say, 'lanes', (count, times) =>
      withRoom((room) => runs(times, () => makePlace(room, count, options))),
    );
    const files = await line(options, [10, 1000, 10_000], say, 'changed files per lane', (count, times) =>
      withRoom((room) => runs(times, () => makePlace(room, 2, options), { BENCH_CHANGES: String(count) })),
    );
    const steps = await line(options, [10, 500, 1000], say, 'steps', (count, times) =>
      withRoom((room) =>
        runs(times, () => {
          const place = makePlace(room, 2, options);
          const step = '  - { write: note.md, in: session, template: metadata }\n';
          appendFileSync(place.recipe, `finally:\n${step.repeat(count)}`);
          return place;
        }),
      ),
    );
    return [...lanes, ...files, ...steps];
  },
};

async function runs(
  times: number,
  make: () => ReturnType<typeof makePlace>,
  env: Readonly<Record<string, string>> = {},
) {
  const place = make();
  const all = [];
  for (let n = 0; n < times; n++) all.push(await place.run(env));
  return { ms: median(all.map(({ ms }) => ms)), peak: Math.max(...all.map(({ peakMiB }) => peakMiB ?? 0)) };
}

async function line(
  { times }: BenchOptions,
  counts: readonly number[],
  say: (text: string) => void,
  what: string,
  measureOne: (count: number, times: number) => Promise<{ ms: number; peak: number }>,
): Promise<Row[]> {
  const found: { count: number; ms: number; peak: number }[] = [];
  for (const count of counts) {
    found.push({ count, ...(await measureOne(count, times)) });
    say(`${count} ${what}: ${(found.at(-1)!.ms / 1000).toFixed(2)} s`);
  }
  let before: number | null = null;
  return found.map(({ count, ms, peak }, n) => {
    const last = found[n - 1];
    const each = last === undefined ? null : (ms - last.ms) / (count - last.count);
    const reached = each === null || before === null ? null : each <= before * GROWTH;
    before = each ?? before;
    return {
      what: `${count} ${what}`,
      values: { 'run s': round(ms / 1000), 'each further one ms': round(each, 2), 'peak MiB': round(peak, 0) },
      reached,
      target: reached === null ? '' : `at most ${GROWTH} × the line above`,
    };
  });
}
