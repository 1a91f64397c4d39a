// What a line of a CLI's JSON says to people: texts, commands, what they printed; never how it is wrapped.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { transcriptOf } from '../../../lib/view/transcript.ts';

test('texts, tools and their results are told, whatever CLI wrote them; what is for programs is not', () => {
  const tool = {
    type: 'tool_use',
    id: 'x',
    name: 'Bash',
    input: { command: 'npm test', description: 'Runs the tests' },
  };
  const content = [{ type: 'text', text: 'I look first.\nThen I act.' }, tool];
  const claude = { type: 'assistant', message: { role: 'assistant', id: 'msg_1', content } };
  assert.equal(transcriptOf(claude), ['I look first.', 'Then I act.', '→ Bash', 'npm test', 'Runs the tests']);
  const codex = { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'Done.' } };
  assert.equal(transcriptOf(codex), ['Done.']);
  assert.equal(transcriptOf({ type: 'system', subtype: 'init', tools: ['a'], message: 'x' }), []);
  assert.equal(transcriptOf({ usage: { input_tokens: 7 }, session_id: 's' }), []);
});

test('of a whole file the beginning is told; controls are gone, and depth ends', () => {
  const long = transcriptOf({ text: 'line\n'.repeat(500) });
  assert.equal([long.length, long.at(-1)], [41, '[… 460 more lines …]']);
  assert.equal(transcriptOf({ text: '\u001b[2Jhello\u001b[31m' }), ['hello']);
  let deep: unknown = { text: 'deep' };
  for (let i = 0; i < 100; i++) deep = { content: deep };
  assert.equal(transcriptOf(deep), []);
});

test.run();
