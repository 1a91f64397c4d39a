// The journal: lines on the disk, whole or not at all, and the record that is folded from them.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ok } from '../../../lib/core/failure.ts';
import { Effects, headline } from '../../../lib/session/effects.ts';
import { Journal, readJournal } from '../../../lib/session/journal.ts';

function withFolder(work: (file: string) => Promise<void> | void) {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mm-journal-'));
    try {
      await work(join(folder, 'events.jsonl'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}
const note = (text: string) => ({ type: 'note', level: 'info', text }) as const;
const texts = (file: string) =>
  readJournal(file).events.map((event) => (event.type === 'note' ? event.text : event.type));

test(
  'what happened before there was a file comes into it, in order and counted from 1 [D7]',
  withFolder((file) => {
    const journal = new Journal();
    journal.append(note('one'));
    journal.create(file);
    journal.append(note('two'));
    journal.close();
    assert.equal(texts(file), ['one', 'two']);
    assert.equal(
      readJournal(file).events.map(({ seq }) => seq),
      [1, 2],
    );
  }),
);

test(
  'a torn last line is dropped, and the journal goes on behind the whole ones',
  withFolder((file) => {
    const first = new Journal();
    first.create(file);
    first.append(note('whole'));
    first.close();
    appendFileSync(file, '{"seq":2,"at":"2026');
    const second = new Journal();
    assert.is(second.reopen(file).length, 1);
    second.append(note('next'));
    second.close();
    assert.equal(texts(file), ['whole', 'next']);
  }),
);

test(
  'nothing behind a damaged line is believed',
  withFolder((file) => {
    writeFileSync(
      file,
      `{"seq":1,"at":"","type":"note","level":"info","text":"a"}\n\0\0\0\n{"seq":3,"at":"","type":"note","level":"info","text":"c"}\n`,
    );
    assert.equal(texts(file), ['a']);
  }),
);

test(
  'an effect is on the disk before it happens',
  withFolder(async (file) => {
    const journal = new Journal();
    journal.create(file);
    const effects = new Effects(journal, { thing: async () => ok([]) });
    let seen = '';
    await effects.perform({ kind: 'thing', name: 'x' }, async () => {
      seen = readFileSync(file, 'utf8');
    });
    assert.match(seen, /"type":"effect","id":1,"undo":\{"kind":"thing","name":"x"\}/);
    journal.close();
  }),
);

test(
  'effects are taken back newest first, and one that fails does not stop the others',
  withFolder(async (file) => {
    const journal = new Journal();
    journal.create(file);
    const order: string[] = [];
    const failure = { id: 'no', exit: 4, what: 'no', remedy: [] } as const;
    const effects = new Effects(journal, {
      a: async ({ name }) => {
        order.push(String(name));
        return ok([`${name} is back`]);
      },
      bad: async () => ({ ok: false, failure }),
      known: async () => ok({ said: ['but'], told: { ...failure, id: 'told', exit: 1 } }),
    });
    for (const undo of [{ kind: 'a', name: '1' }, { kind: 'bad' }, { kind: 'known' }, { kind: 'a', name: '3' }])
      effects.note(undo);
    const outcome = await effects.undo();
    assert.equal(order, ['3', '1']);
    const told = { ...failure, id: 'told', exit: 1 };
    assert.equal(outcome, { said: ['3 is back', 'but', '1 is back'], failures: [failure], told: [told] });
    assert.equal(headline(outcome), { first: failure, others: [told] });
    assert.equal(
      effects.open.map(({ undo }) => undo.kind),
      ['bad'],
    );
    journal.close();
    const again = new Effects(new Journal(), {}, readJournal(file).events);
    assert.equal(
      again.open.map(({ id, undo }) => [id, undo.kind]),
      [[2, 'bad']],
    );
  }),
);

test(
  'a journal that somebody empties, replaces or removes is put back as it was written, and goes on',
  withFolder(async (file) => {
    const journal = new Journal();
    journal.create(file);
    const note = (text: string) => journal.append({ type: 'note', level: 'info', text });
    note('one');
    assert.is(journal.mend(), false);
    for (const harm of [
      () => writeFileSync(file, ''),
      () => rmSync(file),
      () => writeFileSync(file, readFileSync(file, 'utf8').replace('one', 'two')),
    ]) {
      harm();
      note('after it');
      assert.is(journal.mend(), true);
      assert.is(journal.mend(), false);
    }
    note('last');
    journal.close();
    const texts = readJournal(file).events.map((event) => (event.type === 'note' ? event.text : event.type));
    assert.equal(texts, ['one', 'after it', 'after it', 'after it', 'last']);
  }),
);

test.run();
