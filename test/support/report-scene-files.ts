// The project of report-scene.ts, and what each of its models makes of it. Everything in it is made up.
import type { Files } from './repo.ts';

/** The project as it is before the run. */
export const SCENE_FILES: Files = {
  'src/limit.ts': `import { Clock } from './clock.ts';

export interface Limit {
  readonly requests: number;
  readonly perSeconds: number;
}

/** Counts requests of one client. */
export class Limiter {
  private count = 0;
  private since = 0;

  constructor(private readonly limit: Limit, private readonly clock: Clock) {}

  allows(): boolean {
    const now = this.clock.now();
    if (now - this.since > this.limit.perSeconds * 1000) {
      this.count = 0;
      this.since = now;
    }
    this.count++;
    return this.count <= this.limit.requests;
  }
}
`,
  'src/clock.ts': `/** Where the time comes from. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
`,
  'src/server.ts': `import { createServer } from 'node:http';
import { systemClock } from './clock.ts';
import { Limiter } from './limit.ts';

const limiter = new Limiter({ requests: 100, perSeconds: 60 }, systemClock);

export const server = createServer((request, response) => {
  if (!limiter.allows()) {
    response.writeHead(429).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ path: request.url }));
});
`,
  'README.md': '# Orders\n\nA small service.\n\n## Limits\n\n100 requests a minute.\n',
};

const bucket = (body: string) => `import type { Clock } from './clock.ts';

export interface Limit {
  readonly requests: number;
  readonly perSeconds: number;
}

${body}`;

const CLAUDE_LIMIT = bucket(`/** A token bucket per client: bursts up to the limit, then a steady rate. */
export class Limiter {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly limit: Limit, private readonly clock: Clock) {}

  /** Whether \`client\` may go on; seconds to wait where it may not. */
  take(client: string): { readonly allowed: boolean; readonly waitSeconds: number } {
    const now = this.clock.now();
    const rate = this.limit.requests / this.limit.perSeconds;
    const bucket = this.#buckets.get(client) ?? { tokens: this.limit.requests, at: now };
    const tokens = Math.min(this.limit.requests, bucket.tokens + ((now - bucket.at) / 1000) * rate);
    const allowed = tokens >= 1;
    this.#buckets.set(client, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return { allowed, waitSeconds: allowed ? 0 : Math.ceil((1 - tokens) / rate) };
  }
}
`);

const GEMINI_LIMIT = bucket(`/** Counts the requests of each client in a sliding window. */
export class Limiter {
  private readonly times = new Map<string, number[]>();

  constructor(private readonly limit: Limit, private readonly clock: Clock) {}

  allows(client: string): boolean {
    const now = this.clock.now();
    const recent = (this.times.get(client) ?? []).filter((at) => now - at < this.limit.perSeconds * 1000);
    recent.push(now);
    this.times.set(client, recent);
    return recent.length <= this.limit.requests;
  }
}
`);

const GPT_LIMIT = String(SCENE_FILES['src/limit.ts'])
  .replace('/** Counts requests of one client. */', '/** Counts requests of all clients. */')
  .replace('this.count <= this.limit.requests', 'this.count < this.limit.requests');

const server = (check: string) => String(SCENE_FILES['src/server.ts']).replace(/ {2}if \(!limiter[^}]*\}\n/, check);

const CLAUDE_SERVER = server(`  const { allowed, waitSeconds } = limiter.take(request.socket.remoteAddress ?? '');
  if (!allowed) {
    response.writeHead(429, { 'retry-after': String(waitSeconds) }).end();
    return;
  }
`);
const GEMINI_SERVER =
  server(`  const client = String(request.headers['x-forwarded-for'] ?? request.socket.remoteAddress);
  if (!limiter.allows(client)) {
    response.writeHead(429).end('Too many requests');
    return;
  }
`);

const TEST = (cases: string) => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Limiter } from '../src/limit.ts';

const at = (time: number) => ({ now: () => time });

${cases}`;

const CLAUDE_TEST = TEST(`test('a client over its limit waits, others do not', () => {
  const limiter = new Limiter({ requests: 1, perSeconds: 10 }, at(0));
  assert.equal(limiter.take('a').allowed, true);
  assert.deepEqual(limiter.take('a'), { allowed: false, waitSeconds: 10 });
  assert.equal(limiter.take('b').allowed, true);
});
`);
const GPT_TEST = TEST(`test('the limit is kept', () => {
  const limiter = new Limiter({ requests: 2, perSeconds: 10 }, at(0));
  assert.equal(limiter.allows(), true);
  assert.equal(limiter.allows(), false);
});
`);

const README = (limits: string) => String(SCENE_FILES['README.md']).replace('100 requests a minute.', limits);
const GEMINI_README = README(
  '100 requests a minute for each client, in a sliding window.\nBeyond that the answer is `429`, with `Retry-After`.',
);

/** What each model made of it. */
export const SCENE_CANDIDATES: Readonly<Record<string, Files>> = {
  claude: { 'src/limit.ts': CLAUDE_LIMIT, 'src/server.ts': CLAUDE_SERVER, 'test/limit.test.ts': CLAUDE_TEST },
  gemini: { 'src/limit.ts': GEMINI_LIMIT, 'src/server.ts': GEMINI_SERVER, 'README.md': GEMINI_README },
  gpt: {
    'src/limit.ts': GPT_LIMIT,
    'test/limit.test.ts': GPT_TEST,
    'README.md': README('100 requests a minute, for all clients together.'),
  },
  integrated: {
    'src/limit.ts': CLAUDE_LIMIT,
    'src/server.ts': CLAUDE_SERVER,
    'test/limit.test.ts': CLAUDE_TEST,
    'README.md': GEMINI_README,
  },
};
