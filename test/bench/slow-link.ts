// A network that is far away and narrow, in front of a port of this machine: a TCP proxy that hands every byte on so many
// milliseconds later, and no faster than so many bits a second. At the level of streams: no packet is lost or counted,
// and connecting itself takes no time.
import { connect, createServer, type Socket } from 'node:net';

export interface SlowLink {
  readonly port: number;
  /** Bytes that it has handed on: there and back. */
  readonly bytes: { out: number; back: number };
  readonly close: () => void;
}

interface Link {
  /** One way. */
  readonly delayMs: number;
  readonly bitsPerSecond: number;
}

/** So much may be under way before the sender is told to wait. */
const MOST_BYTES = 4 * 2 ** 20;

export function slowLink(to: number, link: Link): Promise<SlowLink> {
  const bytes = { out: 0, back: 0 };
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: to, host: '127.0.0.1', noDelay: true });
    const oneWay = (from: Socket, into: Socket, way: 'out' | 'back') =>
      handOn(from, into, link, (count) => {
        bytes[way] += count;
      });
    oneWay(near, far, 'out');
    oneWay(far, near, 'back');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
  });
  const close = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as { port: number }).port, bytes, close }));
  });
}

function handOn(from: Socket, into: Socket, { delayMs, bitsPerSecond }: Link, count: (bytes: number) => void): void {
  let free = 0; // when the line can take the next byte
  let under = 0;
  const after = (work: () => void) => setTimeout(work, Math.max(0, free + delayMs - performance.now()));
  from.on('data', (chunk: Buffer) => {
    count(chunk.length);
    under += chunk.length;
    free = Math.max(free, performance.now()) + (chunk.length * 8000) / bitsPerSecond;
    if (under > MOST_BYTES) from.pause();
    after(() => {
      under -= chunk.length;
      if (!into.destroyed) into.write(chunk);
      if (under <= MOST_BYTES) from.resume();
    });
  });
  from.once('end', () => after(() => into.end()));
  from.once('error', () => into.destroy());
}
