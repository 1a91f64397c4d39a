// Reading a backend's answer, tokens and price out of what it printed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readAnswer } from '../../../lib/model/answer.ts';

const JSON_FORMAT = {
  format: 'json',
  answer: 'result',
  input_tokens: 'usage.input_tokens',
  output_tokens: 'usage.output_tokens',
  cost_usd: 'total_cost_usd',
} as const;

test('text is the answer as it stands', () => {
  assert.equal(readAnswer('{"result":"no"}', { format: 'text' }), {
    text: '{"result":"no"}',
    usage: null,
    verdict: null,
    error: null,
  });
});

test('a JSON document gives answer, tokens and price', () => {
  const printed = JSON.stringify({
    result: 'done',
    usage: { input_tokens: 7, output_tokens: 3 },
    total_cost_usd: 0.25,
  });
  assert.equal(readAnswer(printed, JSON_FORMAT), {
    text: 'done',
    usage: { input_tokens: 7, output_tokens: 3, cost_usd: 0.25 },
    verdict: 'done',
    error: null,
  });
});

test('output that is not in the format it should have is taken as it stands', () => {
  for (const printed of ['done, but not as JSON', '', '{"result":', '[1,2]', 'null', '{"result":5}']) {
    assert.is(readAnswer(printed, JSON_FORMAT).text, printed);
  }
});

test('tokens are summed over models where the path has a star', () => {
  const printed = JSON.stringify({
    response: 'hi',
    stats: { models: { 'a-2.5': { tokens: { prompt: 10 } }, b: { tokens: { prompt: 5 } } } },
  });
  const { usage } = readAnswer(printed, {
    format: 'json',
    answer: 'response',
    input_tokens: 'stats.models.*.tokens.prompt',
  });
  assert.equal(usage, { input_tokens: 15, output_tokens: null, cost_usd: null });
});

test('of JSON lines the last one that has a value counts, whatever stands between them', () => {
  const printed = ['{"text":"first"}', 'a warning', '{"text":"last"}', '{"usage":{"in":4}}', ''].join('\n');
  const answer = readAnswer(printed, { format: 'jsonl', answer: 'text', input_tokens: 'usage.in' });
  assert.is(answer.text, 'last');
  assert.is(answer.usage?.input_tokens, 4);
});

test('a failure is named by the answer and the error, not by the transcript around them', () => {
  const format = { format: 'jsonl', answer: 'item.text', error: 'error.message' } as const;
  const lines = ['{"item":{"command":"grep 429"}}', '{"item":{"text":"I am done"}}'];
  assert.is(readAnswer(lines.join('\n'), format).verdict, 'I am done');
  const failed = [...lines, '{"type":"failed","error":{"message":"no quota"}}'].join('\n');
  assert.equal(
    [readAnswer(failed, format).verdict, readAnswer(failed, format).text],
    ['I am done\nno quota', 'I am done'],
  );
  assert.equal([readAnswer(failed, format).error, readAnswer(lines.join('\n'), format).error], ['no quota', null]);
  assert.is(readAnswer('{"error":{"message":"no quota"}}', format).verdict, 'no quota');
  assert.is(readAnswer('{"item":{"command":"ls"}}', format).verdict, null);
});

test('names of built-in properties are no paths', () => {
  const answer = readAnswer('{"a":1}', { format: 'json', answer: 'constructor.name', cost_usd: '__proto__.x' });
  assert.equal(answer, { text: '{"a":1}', usage: null, verdict: null, error: null });
});

test.run();
