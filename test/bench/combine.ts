// `mm combine` without any model: three branches, each right in one file. How long it takes beyond its gates.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../lib/core/events.ts';
import { newestSession } from '../support/mm.ts';
import { mmCommand } from '../support/paths.ts';
import { makeRepo } from '../support/repo.ts';
import { withRoom } from '../support/room.ts';
import { measure, median } from './measure.ts';
import { type Part, round } from './part.ts';

const TARGET_MS = 5000;

const NAMES = ['a', 'b', 'c'] as const;
/** Says which file is wrong, as test runners do. */
const GATE =
  'for file in src/*; do grep -q right "$file" || { echo "FAIL $file"; failed=1; }; done; test -z "$failed"\n';

export const combine: Part = {
  title: 'Combine: three branches, each right in one file, without any model (limit 5 s beyond the gates)',
  run: (options) =>
    withRoom(async (room) => {
      const files = (right: string) =>
        Object.fromEntries(NAMES.map((name) => [`src/${name}.js`, name === right ? 'right\n' : `not by ${right}\n`]));
      const gates = { 'AGENTS.md': '```mm-gates\ntests: sh check.sh\n```\n', 'check.sh': GATE };
      const repo = makeRepo(room, { files: { ...gates, ...files('base') } });
      for (const name of NAMES) {
        repo.git('checkout', '--quiet', '-b', name, 'main');
        repo.write(files(name));
        repo.commit();
      }
      repo.git('checkout', '--quiet', 'main');
      const from = NAMES.flatMap((name) => ['--from', `${name}=branch:${name}`]);
      const command = [...mmCommand(options.runtime), 'combine', 'x', '--headless', '--yes', ...from];
      const rounds: { readonly ms: number; readonly gatesMs: number }[] = [];
      for (let n = -1; n < options.times; n++) {
        const done = await measure([...options.prefix, ...command], { cwd: repo.dir, env: { ...room.env } });
        if (done.code !== 0) throw new Error(done.stderr);
        if (n >= 0) rounds.push({ ms: done.ms, gatesMs: gatesMs(newestSession(room.sessions).sessionDir ?? '') });
        repo.git('checkout', '--', '.');
      }
      const beyond = median(rounds.map(({ ms, gatesMs }) => ms - gatesMs));
      const values = {
        's in all': round(median(rounds.map(({ ms }) => ms)) / 1000),
        's of gates': round(median(rounds.map(({ gatesMs }) => gatesMs)) / 1000),
        's beyond': round(beyond / 1000),
      };
      return [{ what: 'three branches', values, reached: beyond <= TARGET_MS, target: '≤ 5 s beyond the gates' }];
    }),
};

/** How long at least one gate ran. */
function gatesMs(session: string): number {
  const lines = readFileSync(join(session, 'events.jsonl'), 'utf8').trimEnd().split('\n');
  const spans = lines
    .map((line): Event => JSON.parse(line))
    .flatMap((event) => {
      if (event.type !== 'gate_measured') return [];
      const end = Date.parse(event.at);
      return [[end - event.elapsed_ms, end] as const];
    })
    .sort(([a], [b]) => a - b);
  let [sum, until] = [0, 0];
  for (const [from, to] of spans) {
    sum += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return sum;
}
