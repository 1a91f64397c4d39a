// Lanes on other hosts against lanes here: what travels, how many calls it takes, how much longer it takes behind a slow
// line, and many at once. The hosts are homes of their own on this machine, so their work, too, is done by its cores.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Room, withRoom } from '../support/room.ts';
import { startSshd } from '../support/sshd.ts';
import { type CountedCall, counting, type FarRun, hostAt, laneMs, makeFarPlace } from './far-place.ts';
import { median } from './measure.ts';
import { type BenchOptions, type Part, type Row, round } from './part.ts';
import { slowLink } from './slow-link.ts';

const FILES = 10_000;
const LINE = { delayMs: 25, bitsPerSecond: 50e6 };

export const hosts: Part = {
  title: `Lanes on other hosts: ${FILES} files; 50 ms there and back and 50 Mbit/s by a proxy at the level of streams`,
  async run(options, say) {
    return [
      ...(await withRoom((room) => travel(room, options, say))),
      ...(await withRoom((room) => distance(room, options, say))),
      ...(await many(options, say)),
    ];
  },
};

type Say = (text: string) => void;

const row = (what: string, values: Row['values'], target = '', reached: boolean | null = null): Row => {
  return { what, values, target, reached };
};

/** Bytes within the calls, and how many there are; exact. */
async function travel(room: Room, options: BenchOptions, say: Say): Promise<readonly Row[]> {
  const place = makeFarPlace(room, 1, FILES, options);
  const { front, calls } = counting(room);
  const where = { box: hostAt(room, 'far-home', front) };
  const once = async (what: string, env: Record<string, string> = {}) => {
    const run = await place.run(where, { BENCH_CHANGES: '3', ...env });
    say(`${what}: ${(run.ms / 1000).toFixed(1)} s`);
    return { run, all: calls() };
  };
  const first = await once('first run');
  const unchanged = await once('unchanged base');
  writeFileSync(join(place.dir, 'src/0/0/file-0.ts'), 'export const changed = true;\n');
  place.commit();
  const changed = await once('one changed file');
  const large = await once('a large change', { BENCH_CHANGES: '50', BENCH_BYTES: '100000' });
  const out = ({ all }: typeof first) => sum(all, 'open', 'out');
  return [
    row('bytes out, first run', { value: out(first) }),
    row('bytes out, unchanged base', { value: out(unchanged) }, '0', out(unchanged) === 0),
    row('bytes out, one changed file', { value: out(changed) }, '< 20,000', out(changed) < 20_000),
    back('bytes back, 4 files, a line each', changed),
    back('bytes back, 52 files, 300 kB of them new', large),
    ...callRows(unchanged.run, unchanged.all),
  ];
}

const sum = (all: readonly CountedCall[], verb: string, what: 'out' | 'back'): number =>
  all.filter((call) => call.verb === verb).reduce((total, call) => total + call[what], 0);

function back(what: string, { run, all }: { readonly run: FarRun; readonly all: readonly CountedCall[] }): Row {
  const bytes = sum(all, 'capture', 'back');
  const times = bytes / run.compressed;
  return row(what, { value: bytes, 'times the compressed change': round(times) }, '≤ 2 ×', times <= 2);
}

/** One to greet the host, and those of its lane. */
function callRows({ events }: FarRun, all: readonly CountedCall[]): readonly Row[] {
  const gates = events.filter((event) => event.type === 'gate_start' && event.subject === 'model-2').length;
  const [model, other] = [1, all.filter(({ verb }) => verb !== 'run').length];
  const each = (all.length - other - model) / gates;
  return [
    row('calls of a lane', { value: other + model }, '≤ 6', other + model <= 6),
    row('calls of a gate', { value: each }, '1', each === 1),
  ];
}

/** The same lane here and behind a slow line, in turn. */
async function distance(room: Room, options: BenchOptions, say: Say): Promise<readonly Row[]> {
  const sshd = await startSshd(join(room.root, 'sshd'));
  if (typeof sshd === 'string') return [row(`time over the same lane here: not measured, ${sshd}`, {})];
  const link = await slowLink(sshd.port, LINE);
  try {
    const place = makeFarPlace(room, 1, FILES, options);
    const where = { box: hostAt(room, 'far-home', sshd.prefix(link.port)) };
    const env = { BENCH_SECONDS: '2' };
    const first = await place.run(where, env);
    const sent = link.bytes.out;
    const over: { lane: number; run: number; cpu: number }[] = [];
    for (let n = 0; n < options.times; n++) {
      const here = await place.run(null, env);
      sshd.cut(link.port); // each run connects anew
      const far = await place.run(where, env);
      const lanes = [here, far].map(({ events }) => laneMs(events, 'model-2')) as [number, number];
      over.push({
        lane: (lanes[1] - lanes[0]) / 1000,
        run: (far.ms - here.ms) / 1000,
        cpu: (far.cpuS ?? 0) - (here.cpuS ?? 0),
      });
      say(`lane: here ${lanes[0]} ms, far ${lanes[1]} ms; run: here ${seconds(here.ms)}, far ${seconds(far.ms)} s`);
    }
    const of = (what: 'lane' | 'run' | 'cpu') => round(median(over.map((each) => each[what])));
    return [
      row('first run: lane, s', { value: round(laneMs(first.events, 'model-2') / 1000), bytes: sent }),
      row(
        'over the same lane here, s',
        { value: of('lane'), 'processor s, here': of('cpu') },
        '≤ 1.5',
        of('lane')! <= 1.5,
      ),
      row('over the same run here, s', { value: of('run') }),
    ];
  } finally {
    link.close();
    sshd.stop();
  }
}

/** So many lanes on so many hosts, their models at work for 20 s, once the hosts have the base. */
const lanesOn = (lanes: number, hosts: number, options: BenchOptions, say: Say): Promise<FarRun> =>
  withRoom(async (room) => {
    const where = Object.fromEntries(
      Array.from({ length: hosts }, (_, n) => [`box-${n}`, hostAt(room, `far-home-${n}`)]),
    );
    const place = makeFarPlace(room, lanes, 1000, options);
    await place.run(where);
    const done = await place.run(where, { BENCH_SECONDS: '20' });
    say(`${lanes} lanes: ${seconds(done.ms)} s, processor ${done.cpuS} s, of them the runner ${done.ownCpuS} s`);
    return done;
  });

async function many(options: BenchOptions, say: Say): Promise<readonly Row[]> {
  const one = await lanesOn(1, 1, options, say);
  const sixteen = await lanesOn(16, 4, options, say);
  const ratio = sixteen.ms / one.ms;
  const { peakMiB, cpuS, ownCpuS } = sixteen;
  return [
    row(
      '16 lanes on 4 hosts, against 1 on 1',
      { value: round(ratio), 'processor s': round(cpuS, 1), 'of the runner': round(ownCpuS, 1) },
      `≤ 1.15 × (all hosts on ${availableParallelism()} cores)`,
      ratio <= 1.15,
    ),
    row(
      'the runner with 16 lanes, MiB',
      { value: round(peakMiB, 0) },
      '< 150',
      peakMiB === null ? null : peakMiB < 150,
    ),
  ];
}

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
