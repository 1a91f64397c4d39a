// Many lanes on many hosts, models that do next to nothing: what the runner itself takes for each lane, and so how many it
// can lead. The hosts are homes of their own on this machine: what they do is told apart from what the runner does.
import { withRoom } from '../support/room.ts';
import { type FarRun, hostAt, makeFarPlace } from './far-place.ts';
import { type Part, type Row, round } from './part.ts';

const LANES = [1, 16, 50, 200];
const LANES_OF_A_HOST = 4;
const FILES = 200;
const MOST_MIB = 150;

export const cluster: Part = {
  title: `Many lanes, ${LANES_OF_A_HOST} on a host; models of 5 s that change one file and add one`,
  async run(options, say) {
    const rows: Row[] = [];
    let before: { lanes: number; cpuS: number; peakMiB: number } | null = null;
    for (const lanes of LANES) {
      const hosts = Math.ceil(lanes / LANES_OF_A_HOST);
      say(`${lanes} lanes on ${hosts} hosts`);
      const run = await withRoom(async (room) => {
        const where = Object.fromEntries(
          Array.from({ length: hosts }, (_, n) => [`box-${n}`, hostAt(room, `far-home-${n}`)]),
        );
        const place = makeFarPlace(room, lanes, FILES, options);
        return place.run(where, { BENCH_SECONDS: '5', BENCH_CHANGES: '1' });
      });
      const [cpuS, peakMiB] = [run.ownCpuS ?? Number.NaN, run.peakMiB ?? Number.NaN];
      const more = before === null ? Number.NaN : lanes - before.lanes;
      rows.push({
        what: `${lanes} lanes on ${hosts} hosts`,
        values: {
          'run s': round(run.ms / 1000, 1),
          'until the last lane s': round(lanesS(run), 1),
          'runner s': round(cpuS),
          'a further lane ms': before === null ? null : round(((cpuS - before.cpuS) / more) * 1000, 0),
          'hosts s': round((run.cpuS ?? Number.NaN) - cpuS, 1),
          'peak MiB': round(peakMiB, 0),
          'a further lane MiB': before === null ? null : round((peakMiB - before.peakMiB) / more),
        },
        reached: lanes > 50 ? null : peakMiB < MOST_MIB,
        target: lanes > 50 ? '' : `< ${MOST_MIB} MiB`,
      });
      before = { lanes, cpuS, peakMiB };
    }
    return rows;
  },
};

/** From the first lane's beginning to the end of the last one's gates. */
function lanesS({ events }: FarRun): number {
  const of = (step: string) => events.filter((event) => 'step' in event && event.step === step && 'lane' in event);
  const at = (event: (typeof events)[number] | undefined) => Date.parse(event?.at ?? '');
  return (at(of('gates').at(-1)) - at(of('workspace')[0])) / 1000;
}
