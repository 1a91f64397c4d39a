// Reading a backend's answer, tokens and price out of what it printed.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../../lib/core/json.ts';
import type { Attempt } from '../../../lib/core/model-event.ts';
import { AnswerReader } from '../../../lib/model/answer.ts';
import { usageOfRun } from '../../../lib/model/price.ts';
import { outputFormat } from '../../../lib/recipe/build-slot.ts';
import { readAnswer } from '../../support/read-answer.ts';

const read = (printed: string, format: Json, prompt?: string) =>
  readAnswer(printed, outputFormat(format), prompt ?? '');
/** What is told of an output that says nothing of its end. */
const NOTHING = { usage: null, verdict: null, error: null, said: null, echoed: false, session: null } as const;

const JSON_FORMAT = {
  format: 'json',
  answer: 'result',
  input_tokens: 'usage.input_tokens',
  output_tokens: 'usage.output_tokens',
  cost_usd: 'total_cost_usd',
} as const;

test('text is the answer as it stands', () => {
  assert.equal(read('{"result":"no"}', { format: 'text' }), {
    ...NOTHING,
    text: '{"result":"no"}',
  });
});

test('a JSON document gives answer, tokens and price', () => {
  const printed = JSON.stringify({
    result: 'done',
    usage: { input_tokens: 7, output_tokens: 3 },
    total_cost_usd: 0.25,
  });
  assert.equal(read(printed, JSON_FORMAT), {
    ...NOTHING,
    text: 'done',
    usage: { input_tokens: 7, output_tokens: 3, cost_usd: 0.25 },
    verdict: 'done',
  });
});

test('output that is not in the format it should have is taken as it stands', () => {
  for (const printed of ['done, but not as JSON', '', '{"result":', '[1,2]', 'null', '{"result":5}']) {
    assert.is(read(printed, JSON_FORMAT).text, printed);
  }
});

test('tokens are summed over models where the path has a star', () => {
  const printed = JSON.stringify({
    response: 'hi',
    stats: { models: { 'a-2.5': { tokens: { prompt: 10 } }, b: { tokens: { prompt: 5 } } } },
  });
  const { usage } = read(printed, {
    format: 'json',
    answer: 'response',
    input_tokens: 'stats.models.*.tokens.prompt',
  });
  assert.equal(usage, { input_tokens: 15, output_tokens: null, cost_usd: null });
});

test('of JSON lines the last one that has a value counts, whatever stands between them', () => {
  const printed = ['{"text":"first"}', 'a warning', '{"text":"last"}', '{"usage":{"in":4}}', ''].join('\n');
  const answer = read(printed, { format: 'jsonl', answer: 'text', input_tokens: 'usage.in' });
  assert.is(answer.text, 'last');
  assert.is(answer.usage?.input_tokens, 4);
});

test('a failure is named by the answer and the error, not by the transcript around them', () => {
  const format = { format: 'jsonl', answer: 'item.text', error: 'error.message' } as const;
  const lines = ['{"item":{"command":"grep 429"}}', '{"item":{"text":"I am done"}}'];
  assert.is(read(lines.join('\n'), format).verdict, 'I am done');
  const failed = [...lines, '{"type":"failed","error":{"message":"no quota"}}'].join('\n');
  assert.equal([read(failed, format).verdict, read(failed, format).text], ['I am done\nno quota', 'I am done']);
  assert.equal([read(failed, format).error, read(lines.join('\n'), format).error], ['no quota', null]);
  assert.is(read('{"error":{"message":"no quota"}}', format).verdict, 'no quota');
  assert.is(read('{"item":{"command":"ls"}}', format).verdict, null);
});

test('names of built-in properties are no paths', () => {
  const answer = read('{"a":1}', { format: 'json', answer: 'constructor.name', cost_usd: '__proto__.x' });
  assert.equal(answer, { ...NOTHING, text: '{"a":1}' });
});

const CLOSING = '{"type":"result","subtype":"success","is_error":false,"result":"All done."}';
const LINES = { format: 'jsonl', answer: 'result' } as const;

test('an object that says that it is an error is none of the answers, however its process ended [R5]', () => {
  const said = (printed: string, format: Json = LINES) => read(printed, format).said;
  assert.is(said(CLOSING), 'finished');
  for (const failed of [
    '{"type":"result","subtype":"success","is_error":true,"result":"API Error: Rate limit reached"}',
    '{"type":"result","subtype":"error_max_turns","errors":["Reached maximum number of turns (1)"]}',
    '{"type":"result","status":"error","result":"x"}',
    '{"type":"result","result":"half","error":{"message":"401"}}',
    '{"error":{"message":"no key"}}',
    '{"error":"no key"}',
  ])
    assert.is(said(failed), 'failed', failed);
  assert.is(said('{"response":"half","error":{"message":"429"}}', { format: 'json', answer: 'response' }), 'failed');
  assert.is(said('{"ok":false,"result":"x"}', { ...LINES, failed: { ok: false } }), 'failed');
  const [retried] = ['{"type":"failed","error":{"message":"429"}}'];
  assert.is(said(`${retried}\n${CLOSING}`), 'finished', 'it went on after that');
  assert.is(said(`${CLOSING}\n${retried}`), 'finished', 'what no place is named for decides nothing after the end');
  assert.is(said(`${CLOSING}\n${retried}`, { ...LINES, error: 'error.message' }), 'failed');
});

test('what was asked is never the answer [R5]', () => {
  const user = JSON.stringify({ message: { role: 'user', content: [{ text: 'Say why.\n\nAll of it.' }] } });
  const format = { format: 'jsonl', answer: 'message.content.0.text' } as const;
  const prompt = 'Say why.\n\nAll of it.\n';
  assert.equal([read(user, format, prompt).text, read(user, format, prompt).echoed], ['', true]);
  const answered = read(`${user}\n{"message":{"content":[{"text":"Because."}]}}`, format, prompt);
  assert.equal([answered.text, answered.echoed], ['Because.', false]);
  const late = read(`{"message":{"content":[{"text":"Because."}]}}\n${user}`, format, prompt);
  assert.equal([late.text, late.echoed], ['Because.', false]);
  assert.equal(read('Say why.\r\n\r\nAll of it.', { format: 'text' }, prompt).text, '');
});

test('one document is found between other lines, over several lines or in an array', () => {
  const document = JSON.stringify({ response: 'It is {"forty": "two"}.\n}' }, null, 2);
  const format = { format: 'json', answer: 'response' } as const;
  for (const printed of [
    `Loaded cached credentials.\n${document}\nShut down successfully.\n`,
    `[info] starting\n{ not JSON\n${document}\n}\n`,
    `\n{\n  "half": 1,\n${document}\n`,
    `[\n{"type":"init"},\n${document}\n]\nbye`,
    `${document}bye`,
    `${document.replaceAll('\n', '\r\n')}\r\n`,
  ])
    assert.is(read(printed, format).text, 'It is {"forty": "two"}.\n}', printed);
  assert.is(read(`[{"type":"init"},${CLOSING}]`, LINES).text, 'All done.');
});

test('what only looks like documents costs neither the document among it nor time', () => {
  const format = { format: 'json', answer: 'response' } as const;
  const document = '{"response":"found"}';
  for (const printed of [`${'{\n'.repeat(200_000)}${document}`, `{"a": [\n${'{"b": 1},\n'.repeat(20_000)}${document}`])
    assert.is(read(printed, format).text, 'found');
});

test('a place may hold for some lines only, be one of several, and be summed up', () => {
  const printed = [
    '{"id":"s-1","type":"step","tokens":{"in":10,"out":2},"cost":0.25}',
    '{"type":"text","content":"The answer."}',
    '{"type":"step","tokens":{"in":5,"out":1},"cost":0.5}',
    '{"type":"hint","content":"To go on, type --resume s-1."}',
  ].join('\n');
  const sum = (path: string) => ({ path, sum: true });
  const answer = read(printed, {
    format: 'jsonl',
    answer: ['message', { path: 'content', where: { type: ['text', 'final*'] } }],
    input_tokens: sum('tokens.in'),
    output_tokens: sum('tokens.out'),
    cost_usd: sum('cost'),
    session: 'id',
  });
  assert.is(answer.text, 'The answer.');
  assert.equal(answer.usage, { input_tokens: 15, output_tokens: 3, cost_usd: 0.75 });
  assert.is(answer.session, 's-1');
});

test('it has finished with its final line: the usual one with an answer in it, or the one that the recipe says', () => {
  const over = (printed: string, format: Json) => {
    const reader = new AnswerReader(outputFormat(format));
    for (const line of printed.split('\n')) reader.line(line);
    return reader.isOver;
  };
  const item = '{"type":"item","item":{"text":"Working on it."}}';
  const items = { format: 'jsonl', answer: 'item.text' } as const;
  assert.equal(
    [over(CLOSING, LINES), over(item, items), over('{"type":"result","of":"ls"}', items)],
    [true, false, false],
  );
  assert.is(over(CLOSING, { ...LINES, done: false }), false);
  const turn = { ...items, done: { where: { type: 'turn.*' } } };
  assert.equal([over(item, turn), over(`${item}\n{"type":"turn.completed"}`, turn)], [false, true]);
  const json = { format: 'json', answer: 'response' } as const;
  assert.equal([over('{\n"response": "x"', json), over('{\n"response": "x"\n}', json)], [false, true]);
  assert.is(read('{"response":"x"}', json).said, null, 'a document alone does not say how it went');
});

test('of a session whose earlier runs are counted again, those are subtracted', () => {
  const attempt = (session: string, input_tokens: number) =>
    ({ session, usage: { input_tokens, output_tokens: null, cost_usd: null } }) as unknown as Attempt;
  const own = (session: string, total: number, ...before: Attempt[]) =>
    usageOfRun(attempt(session, total), before, ['input_tokens', 'cost_usd'])?.input_tokens;
  assert.is(own('a', 4000, attempt('a', 2000), attempt('b', 700)), 2000);
  assert.equal([own('a', 4000), own('c', 10, attempt('a', 20))], [4000, 10]);
  assert.is(own('a', 1500, attempt('a', 2000)), 1500, 'it has begun to count anew');
  const both = { input_tokens: 900, output_tokens: 9, cost_usd: 0.3 };
  const first = { session: 'a', usage: { input_tokens: 800, output_tokens: 8, cost_usd: 0.1 } } as unknown as Attempt;
  assert.equal(usageOfRun({ session: 'a', usage: both }, [first], ['cost_usd']), { ...both, cost_usd: 0.2 });
});

test.run();
