// The id of a CLI's session stands in what a model can write into: only what is safe as an argument counts.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sessionId } from '../../../lib/model/answer.ts';
import { backendCommand } from '../../../lib/model/backend-command.ts';
import { outputFormat } from '../../../lib/recipe/build-slot.ts';
import { readAnswer } from '../../support/read-answer.ts';

test('ids as CLIs tell them are taken as they stand', () => {
  for (const id of ['0b8f5e9a-1c2d-4e3f-8a9b-0c1d2e3f4a5b', 'ses_5f2aZ', 'T-0b8f5e9a', 'abc.def:1'])
    assert.is(sessionId(id), id);
});

test('what a program could take for an option, a path, or several words is none', () => {
  const unsafe = [
    '',
    '-',
    '--last',
    '../x',
    'a/b',
    'a..b',
    'a b',
    'a\nb',
    '$HOME',
    '`id`',
    'a;b',
    '_x',
    'ä',
    'x'.repeat(129),
    7,
    null,
  ];
  for (const id of unsafe) assert.is(sessionId(id), null, String(id));
});

test('an unsafe id is not read out of an output, which is in its format all the same', () => {
  const format = outputFormat({ format: 'jsonl', answer: 'result', session: 'session_id' });
  const read = (id: string) => readAnswer(`{"session_id":${JSON.stringify(id)}}\n`, format);
  assert.equal([read('s-1').session, read('s-1').text], ['s-1', '']);
  assert.equal([read('--yolo').session, read('--yolo').text], [null, '']);
});

test('the line that goes on with a session holds its id, and the others never do', () => {
  const backend = {
    run: ['x', '-p'],
    resume: ['x', '-p', '--resume', '${attempt.session}'],
    readOnly: null,
    judge: null,
    via: [],
    stdin: '${prompt}',
  } as unknown as Parameters<typeof backendCommand>[0];
  const command = (session: string | null) =>
    backendCommand(backend, { prompt: 'go on', readOnly: false, session, lookup: () => undefined });
  assert.equal(command('s-1').argv, ['x', '-p', '--resume', 's-1']);
  assert.equal([command(null).argv, command(null).stdin], [['x', '-p'], 'go on']);
});

test.run();
