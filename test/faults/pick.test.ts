// A `mm pick` that was cut off is done anew, or, where its session was open already, gone on with by `mm resume`: what was
// chosen is applied, and no model is asked for it. `MM_FAULTS=full` takes every event; `MM_SEED=…` repeats a choice.
// deadline: 3600
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOf, withCrew } from '../support/crew.ts';
import type { Repo } from '../support/repo.ts';
import { faulty, type How, struck } from './fault.ts';
import { chooseSeed, pick, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';

const seed = chooseSeed();
console.log(`seed: MM_SEED=${seed}`);

const HOWS: readonly How[] = ['runner', 'all', 'orphans'];
const PHASES = ['before', 'torn', 'after'] as const;
const RUN_LIMIT = { deadline: 300_000 };
const PICK = ['pick', 'latest', 'src/b.txt#2=gemini', '--yes'];
const text = (first: string, last: string) => `${first}\n1\n2\n3\n${last}\n`;
const put = (content: string) => `put src/b.txt <<'END'\n${content}END\n`;
const CREW = {
  codex: null,
  files: { 'src/b.txt': text('a', 'z') },
  claude: { implement: put(text('a, BEST', 'z of claude')), compare: 'prefer BEST' },
  gemini: { implement: put(text('a of gemini', 'z of gemini')) },
};

/** The session, ended with its result in the tree, and how many events it had by then. */
async function ended(repo: Repo): Promise<number> {
  const first = await repo.runMm(EXECUTE, RUN_LIMIT);
  assert.is(first.code, 0, first.stderr);
  return eventsOf(first).length;
}

test('cut off anywhere, what was picked is in the tree in the end, and nobody was asked for it', async () => {
  const all = await withCrew(CREW, async (repo) => {
    const before = await ended(repo);
    const picked = await repo.runMm(PICK, RUN_LIMIT);
    assert.is(picked.code, 0, picked.stderr);
    return eventsOf(picked).slice(before);
  });
  const random = randomFrom(seed);
  const opened = all.findIndex(({ type }) => type === 'chosen') + 1;
  const numbers = all.map((_, at) => at + 1);
  const places = FULL ? numbers : [opened, pick(random, numbers)];
  for (const event of places) {
    const fault = { event, how: pick(random, HOWS), phase: pick(random, PHASES) };
    const where = JSON.stringify(fault);
    await withCrew(CREW, async (repo) => {
      await ended(repo);
      const calls = repo.calls().length;
      await repo.runMm(PICK, { env: faulty(repo, fault), ...RUN_LIMIT });
      assert.ok(struck(repo), where);
      const resumed = await repo.runMm(['resume', '--yes', '--headless'], RUN_LIMIT);
      if (resumed.code === 2) {
        assert.match(resumed.stderr, /is completed/, where);
        if (repo.read('src/b.txt') !== text('a, BEST', 'z of gemini')) {
          const again = await repo.runMm(PICK, RUN_LIMIT);
          assert.is(again.code, 0, `${where}\n${again.stderr}`);
        }
      } else assert.is(resumed.code, 0, `${where}\n${resumed.stderr}`);
      assert.equal([repo.read('src/b.txt'), repo.calls().length], [text('a, BEST', 'z of gemini'), calls], where);
    });
  }
});

test.run();
