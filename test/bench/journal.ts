// What the journal costs per event, and how long a session with very many of them takes to be read again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventBody } from '../../lib/core/events.ts';
import { Journal } from '../../lib/session/journal.ts';
import { Session } from '../../lib/session/session.ts';
import { withRoom } from '../support/room.ts';
import { type Part, type Row, round } from './part.ts';

const EVENTS = 5000;
const MANY = 100_000;

const step: EventBody = {
  type: 'note',
  level: 'info',
  text: 'a line of about the length that such lines have, to be fair',
};
const durable: EventBody = { type: 'effect', id: 1, undo: { kind: 'workspace', path: '/a/path/of/some/length' } };

export const journal: Part = {
  title: 'Journal: cost per event; reading a session of 100,000 events again',
  run: () =>
    withRoom((room) => {
      const timed = (what: string, body: (n: number) => EventBody, count: number): Row => {
        const written = new Journal();
        written.create(join(room.root, `${what.replaceAll(' ', '-')}.jsonl`));
        const began = performance.now();
        for (let n = 0; n < count; n++) written.append(body(n));
        const each = (performance.now() - began) / count;
        written.close();
        return {
          what,
          values: { 'ms per event': round(each, 4) },
          reached: what.startsWith('as') ? each <= 1 : null,
          target: what.startsWith('as') ? '≤ 1 ms' : '',
        };
      };
      const dir = join(room.root, 'session');
      mkdirSync(dir);
      const at = new Date().toISOString();
      const start = {
        type: 'session_start',
        session_id: 's',
        session_dir: dir,
        command: 'bench',
        recipe: '',
        recipe_sources: [],
        repository: '',
        branch: null,
        ref: '',
        trunk: null,
        prompt_summary: '',
        task: '',
        pass_count: 1,
        timeout: '',
        pid: 1,
      };
      const lines = Array.from({ length: MANY }, (_, n) =>
        JSON.stringify({ seq: n + 2, at, ...(n % 20 === 0 ? { ...durable, id: n } : step) }),
      );
      writeFileSync(join(dir, 'events.jsonl'), `${JSON.stringify({ seq: 1, at, ...start })}\n${lines.join('\n')}\n`);
      const began = performance.now();
      const session = Session.reopen(dir, new Journal(), {});
      const ms = performance.now() - began;
      session.journal.close();
      return Promise.resolve([
        timed('an event', () => step, EVENTS),
        timed('an event that must survive power loss', () => durable, EVENTS / 10),
        timed('as a session has them, one in five durable', (n) => (n % 5 === 0 ? durable : step), EVENTS),
        {
          what: `reading ${MANY} events`,
          values: { 'whole s': round(ms / 1000) },
          reached: ms < 1000,
          target: '< 1 s',
        },
      ]);
    }),
};
