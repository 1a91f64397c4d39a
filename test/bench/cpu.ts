// Processor time beside the script's, by who uses it, and how many gits are started. Models and gates take none.
import { median } from './measure.ts';
import { type BenchOptions, type Part, type Row, round } from './part.ts';
import { inTurn, withBoth } from './side-by-side.ts';

interface Kind {
  readonly what: string;
  readonly asking: boolean;
  /** By the number of files: most of the script's processor time. */
  readonly targets: Readonly<Record<number, number>>;
}

const KINDS: readonly Kind[] = [
  { what: 'no judge', asking: false, targets: { 1000: 1.5, 10000: 1.2, 100000: 1 } },
  { what: 'as shipped', asking: true, targets: { 1000: 1.8, 10000: 1.5 } },
];

export const cpu: Part = {
  title: 'Processor time of a whole run, against the document as a shell script',
  async run(options, say) {
    const rows: Row[] = [await dryRun(options, say)];
    for (const files of options.files)
      for (const { what, asking, targets } of KINDS)
        rows.push(
          await withBoth(files, { ...options, asking }, say, async (place) => {
            const rounds = await inTurn(place, options.times, say);
            const [script, mine] = [await place.baseline({ countGit: true }), await place.ours({ countGit: true })];
            const all = ({ cpuS }: { cpuS: number | null }) => cpuS ?? Number.NaN;
            const total = median(rounds.ours.map(all));
            const own = median(rounds.ours.map(({ ownCpuS }) => ownCpuS ?? Number.NaN));
            const ratio = median(rounds.ours.map((each, n) => all(each) / all(rounds.baseline[n]!)));
            const target = targets[files];
            return {
              what: `${files} files, ${what}`,
              values: {
                'baseline s': round(median(rounds.baseline.map(all))),
                'ours s': round(total),
                ratio: round(ratio),
                'runner s': round(own),
                'git s': round(mine.git!.cpuS),
                'other s': round(Math.max(0, total - own - mine.git!.cpuS)),
                gits: mine.git!.processes,
                'baseline gits': script.git!.processes,
              },
              reached: target === undefined ? null : ratio <= target,
              target: target === undefined ? '' : `ratio ≤ ${target}`,
            };
          }),
        );
    return rows;
  },
};

const MOST_DRY_S = 0.7;

/** What it takes to say what a run would do. */
const dryRun = (options: BenchOptions, say: (text: string) => void): Promise<Row> =>
  withBoth(Math.min(...options.files), options, say, async (place) => {
    const taken: number[] = [];
    for (let n = 0; n < options.times; n++) taken.push((await place.dryRun()).cpuS ?? Number.NaN);
    return {
      what: '--dry-run',
      values: { 'ours s': round(median(taken)) },
      reached: median(taken) <= MOST_DRY_S,
      target: `≤ ${MOST_DRY_S} s`,
    };
  });
