// Shows a run that waits, for the test of a real terminal; ends on SIGINT as the program does, or by crashing.
// Usage: showing.ts LANES FILE [crash]; what is written to FILE is what the first lane says, FILE.pid gets its process id.
import { writeFileSync } from 'node:fs';
import { createTail } from '../../../lib/system/tail.ts';
import { createView } from '../../../lib/view/index.ts';
import { gateEnded, gateStarted, models, sessionStarted, stamp, started } from './events.ts';

const [lanes = '3', file = '', crash] = process.argv.slice(2);
const view = await createView({ stdout: process.stdout, stderr: process.stderr, env: process.env, tail: createTail() });
const names = ['Claude', 'Gemini', 'GPT', ...Array.from({ length: 13 }, (_, i) => `Lane${i + 4}`)].slice(
  0,
  Number(lanes),
);
const now = Date.now();
for (const event of [
  sessionStarted,
  models(...names),
  ...names.map((name) => started(name.toLowerCase())),
  gateStarted('base', 'tests'),
  gateEnded('base', 'linter', 'pass'),
])
  view.event(stamp(event, now));
view.event(stamp({ ...started('claude'), output: file } as ReturnType<typeof started>, now));
writeFileSync(`${file}.pid`, String(process.pid));
const stay = setInterval(() => undefined, 1000);
process.on('SIGINT', () => {
  clearInterval(stay);
  view.interrupt(['your uncommitted changes'], 'mm recover latest');
  view.close();
  view.show('# Summary\n\n| File | Best From |\n|---|---|\n| `src/foo` | Claude |');
  if (crash) throw new Error('a fault');
});
