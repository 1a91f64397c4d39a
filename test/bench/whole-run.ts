// Whole runs side by side: how long the plain shell script takes, and how long ours does.
import { median } from './measure.ts';
import { type Part, type Row, round } from './part.ts';
import { compared, inTurn, type Rounds, withBoth } from './side-by-side.ts';

/** Longest lane and final gate: the models' 2 s, the gate of a lane, the gate of the result. */
const LIMIT_MS = 4000;

const TARGETS: Readonly<Record<number, { readonly ratio: number; readonly aboveMs: number }>> = {
  1000: { ratio: 0.75, aboveMs: 1000 },
  10000: { ratio: 0.68, aboveMs: 1500 },
  100000: { ratio: 0.5, aboveMs: 6000 },
};

export const wholeRun: Part = {
  title: 'Whole run: three models of 2 s, a gate of 1 s (limit 4.0 s), against the document as a shell script',
  async run(options, say) {
    const rows: Row[] = [];
    for (const files of options.files)
      for (const verify of ['tree', 'proof'] as const)
        rows.push(
          await withBoth(files, { ...options, verify }, say, async (place) =>
            rowOf(files, verify, await inTurn(place, options.times, say)),
          ),
        );
    return rows;
  },
};

/** What the result's gates run on: a clean place and the user's tree, or once, as in the script. */
type Verify = 'tree' | 'proof';

function rowOf(files: number, verify: Verify, rounds: Rounds): Row {
  const { ratio, values } = compared(rounds);
  const above = median(rounds.ours.map(({ ms }) => ms)) - LIMIT_MS;
  const target = TARGETS[files];
  return {
    what: `${files} files${verify === 'proof' ? ', proven once' : ''}`,
    values: { ...values, 'above limit s': round(above / 1000) },
    reached: target === undefined ? null : ratio <= target.ratio && above <= target.aboveMs,
    target: target === undefined ? '' : `ratio ≤ ${target.ratio}, above ≤ ${target.aboveMs / 1000} s`,
  };
}
