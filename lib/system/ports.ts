// Blocks of free TCP ports, one per lane, so that two lanes' servers do not meet.
import { createServer } from 'node:net';

/** How many ports belong to a lane, beginning with the one it is told. */
const PORTS_PER_LANE = 10;

const FIRST = 20_000;
const LAST = 32_000; // below the range from which Linux hands out ports by itself
const given = new Map<string, Promise<number>>();
let next = FIRST + (process.pid % 500) * 2 * PORTS_PER_LANE;

/** The first port of an owner's block; the same owner always gets the same block. */
export function portsFor(owner: string): Promise<number> {
  let block = given.get(owner);
  if (block === undefined) {
    const before = [...given.values()].at(-1) ?? Promise.resolve(0);
    block = before.then(findBlock);
    given.set(owner, block);
  }
  return block;
}

async function findBlock(): Promise<number> {
  const blocks = Math.floor((LAST - FIRST) / PORTS_PER_LANE);
  for (let tried = 0; tried < blocks; tried++) {
    const first = next;
    next = next + 2 * PORTS_PER_LANE > LAST ? FIRST : next + PORTS_PER_LANE;
    if (await isFree(first)) return first;
  }
  return FIRST; // everything is taken: the lane will be told so by its own server
}

/** Whether a server could be started there now; the block's first port stands for all of it. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
