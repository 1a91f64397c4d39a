// What starting a process costs on this machine: most of what differs between two machines is this.
import { spawnSync } from 'node:child_process';
import { collect } from '../../lib/system/own-command.ts';
import { round } from './part.ts';

const SIZES_MIB = [50, 100, 150];

/** Milliseconds for starting `true` once from a Node process of a size in MiB; by the size. */
export function spawnCost(): Readonly<Record<string, number | null>> {
  return Object.fromEntries(SIZES_MIB.map((mib) => [`${mib} MiB`, round(costAt(mib), 1)]));
}

/** Runs in a process of its own, so that what this one holds plays no part. */
const PROGRAM = `
  const { spawn } = require('node:child_process');
  const held = [];
  while (process.memoryUsage.rss() < MIB * 2 ** 20) held.push(Buffer.alloc(2 ** 20, 1));
  const times = [];
  (async () => {
    for (let n = 0; n < 40; n++) {
      const began = performance.now();
      const child = spawn('/bin/true', [], { stdio: 'ignore' });
      times.push(performance.now() - began);
      await new Promise((done) => child.once('exit', done));
    }
    console.log(times.sort((a, b) => a - b)[20]);
  })();`;

function costAt(mib: number): number {
  const program = PROGRAM.replace('MIB', String(mib));
  return Number(spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' }).stdout);
}

const STARTS = 100;

/**
 * Milliseconds of processor time of a process of 100 MiB for one command of ours, as gits are started, and as a process
 * that starts it itself.
 */
export async function ownCost(): Promise<Readonly<Record<'git' | 'other', number | null>>> {
  const held: Buffer[] = [];
  while (process.memoryUsage.rss() < 100 * 2 ** 20) held.push(Buffer.alloc(2 ** 20, 1));
  const cost = async (common?: Record<string, string>) => {
    const start = () => collect(['/bin/true'], { cwd: '/', env: {}, ...(common ? { common } : {}) });
    await start();
    const before = process.cpuUsage();
    for (let n = 0; n < STARTS; n++) await start();
    const { user, system } = process.cpuUsage(before);
    return round((user + system) / 1000 / STARTS);
  };
  const both = { git: await cost({ PATH: process.env.PATH ?? '' }), other: await cost() };
  held.length = 0; // until here
  return both;
}
