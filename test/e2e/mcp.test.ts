// `mm mcp` as an agent's host sees it: with the client of the protocol's own SDK.
// deadline: 600
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema, type ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { eventsOfType, withCrew } from '../support/crew.ts';
import { mmEnvironment, newestSession } from '../support/mm.ts';
import { mmCommand } from '../support/paths.ts';
import type { Repo } from '../support/repo.ts';

/** What a call gave. */
interface Told {
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read it as any JSON reader would
  readonly data: any;
  readonly failed: boolean;
}

interface Host {
  readonly client: Client;
  /** What its user was asked. */
  readonly asked: string[];
  call(tool: string, args?: Record<string, unknown>): Promise<Told>;
  /** Calls `run`, and waits for its end. */
  runToEnd(args?: Record<string, unknown>): Promise<string>;
}

/** A host in the repository, whose user answers as given; absent: it can't ask. */
async function withHost<T>(repo: Repo, answers: ElicitResult[] | null, work: (host: Host) => Promise<T>): Promise<T> {
  const [command, ...args] = mmCommand();
  const transport = new StdioClientTransport({
    ...{ command, args: [...args, 'mcp'], cwd: repo.dir, env: mmEnvironment(repo), stderr: 'pipe' },
  });
  const faults: string[] = [];
  transport.stderr?.on('data', (chunk) => faults.push(String(chunk)));
  const client = new Client({ name: 'test', version: '1' }, { capabilities: answers ? { elicitation: {} } : {} });
  client.onerror = (error) => faults.push(error.message);
  const asked: string[] = [];
  if (answers)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return answers.shift() ?? { action: 'cancel' };
    });
  await client.connect(transport);
  const call: Host['call'] = async (name, given = {}) => {
    const { content, structuredContent, isError } = await client.callTool({ name, arguments: given });
    const [{ text }] = content as [{ text: string }];
    return { text, data: structuredContent, failed: isError === true };
  };
  const runToEnd: Host['runToEnd'] = async (given = {}) => {
    const begun = await call('run', { task: 'Write greetings', ...given });
    assert.not.ok(begun.failed, begun.text);
    const session = begun.data.session_id;
    await repo.runMm(['status', '--wait', session]);
    assert.is((await call('status', { session })).data.sessions[0].state, 'ended');
    return session;
  };
  try {
    return await work({ client, asked, call, runToEnd });
  } finally {
    await client.close();
    assert.equal(faults, [], 'nothing but the protocol is said');
  }
}

const YES: ElicitResult = { action: 'accept', content: { apply: true } };
const NO: ElicitResult = { action: 'accept', content: { apply: false } };
const ONE = { gemini: null, codex: null } as const;
const ALONE = { ...ONE, claude: { implement: 'put src/a.txt "a, BEST"' } } as const;

test('an agent lists the tools, runs, looks, and applies the plan once its user has said so', () =>
  withCrew({}, (repo) =>
    withHost(repo, [YES], async ({ client, asked, call, runToEnd }) => {
      const { tools } = await client.listTools();
      assert.equal(
        tools.map(({ name }) => name),
        ['run', 'status', 'plan', 'accept', 'decline', 'report'],
      );
      for (const { inputSchema, description = '', annotations } of tools) {
        assert.is(inputSchema.additionalProperties, false);
        assert.ok(description.length > 80 && annotations);
      }
      assert.match((await call('status')).text, /no sessions yet/);
      const before = repo.state();
      const session = await runToEnd({ passes: 1, set: { 'options.tell_apart': 'never', 'timeout.default': '5m' } });
      assert.equal(repo.state(), before, 'nothing is applied');
      const { sessions } = (await call('status')).data;
      assert.equal([sessions[0].session_id, sessions[0].decision, sessions[0].exit], [session, 'open', 3]);

      const { text, data } = await call('plan', { session });
      assert.equal(
        data.plan.files.map(({ path, from }: { path: string; from: string }) => [path, from]),
        [
          ['src/a.txt', 'claude'],
          ['src/b.txt', 'gemini'],
          ['src/c.txt', 'gpt'],
        ],
      );
      assert.equal([data.decision, data.plan.proven, data.candidates.gemini.gates.tests], ['open', true, 'pass']);
      assert.match(text, /^\| `src\/b.txt` \| Gemini \|/m);

      const models = repo.calls().length;
      const done = await call('accept', { session });
      assert.not.ok(done.failed, done.text);
      assert.equal([done.data.status, done.data.result.verified.gates], ['completed', { tests: 'pass' }]);
      assert.is(repo.read('src/b.txt'), 'b, BEST\n');
      assert.is(repo.git('diff', '--cached', '--name-only'), '');
      assert.is(repo.calls().length, models, 'no model is asked again');
      assert.is(asked.length, 1);
      assert.match(asked[0]!, /^Apply the plan of session .*\nTask: “Write greetings”\n- src\/a.txt: Claude\n/);
      assert.match((await call('accept', { session })).text, /has no plan that waits for a decision/);
      assert.match((await call('report')).data.report, /report\.html$/);
    }),
  ));

test('without a yes nothing is applied: asked and refused, unanswered, or no way of asking; the user can still type it', () =>
  withCrew(ALONE, async (repo) => {
    const session = await withHost(repo, null, async ({ call, runToEnd }) => {
      const id = await runToEnd();
      const refused = await call('accept', { session: id });
      assert.ok(refused.failed);
      assert.equal([refused.data.failure.id, refused.data.failure.remedy.at(-1)], ['acceptUnasked', `mm accept ${id}`]);
      return id;
    });
    const before = repo.state();
    await withHost(repo, [{ action: 'cancel' }, NO], async ({ asked, call }) => {
      assert.is((await call('accept', { session })).data.failure.id, 'acceptUnanswered');
      assert.is((await call('status', { session })).data.sessions[0].decision, 'open');
      assert.is((await call('accept', { session })).data.decision, 'declined');
      assert.is((await call('accept', { session })).data.failure.id, 'declinedBefore');
      assert.is((await call('decline', { session })).data.failure.id, 'declinedBefore');
      assert.is(asked.length, 2);
      assert.is((await call('status', { session })).data.sessions[0].decision, 'declined');
    });
    assert.equal(repo.state(), before);
    const typed = await repo.runMm(['accept', session]);
    assert.is(typed.code, 0, typed.stderr);
    assert.is(repo.read('src/a.txt'), 'a, BEST\n');
  }));

test('the run goes on when its client leaves, and another client finds it, and declines it', () =>
  withCrew({ ...ONE, claude: { implement: 'mark working\nwait_for go\nput src/a.txt "a, BEST"' } }, async (repo) => {
    const session = await withHost(repo, null, async ({ call }) => {
      const begun = await call('run', { task: 'Write greetings' });
      await repo.reached('working');
      const busy = await call('run', { task: 'And another one' });
      assert.ok(busy.failed && /is working in this tree/.test(busy.text), busy.text);
      assert.is((await call('accept', { session: begun.data.session_id })).data.failure.id, 'nothingOpen');
      return begun.data.session_id;
    });
    await withHost(repo, [], async ({ call }) => {
      const [found] = (await call('status')).data.sessions;
      assert.equal([found.session_id, found.state, found.lanes[0].doing], [session, 'running', 'implement']);
      assert.is((await call('plan')).data.failure.id, 'noPlan');
      repo.release('go');
      await repo.runMm(['status', '--wait', session]);
      assert.is((await call('decline', { session })).data.decision, 'declined');
    });
    const { session: record, sessionDir } = newestSession(repo.sessions);
    assert.equal([record.status, record.failure.id, record.working_since], ['declined', 'turnedDown', null]);
    assert.is(eventsOfType({ sessionDir }, 'session_start').length, 1);
    assert.is(repo.read('src/a.txt'), 'a\n');
  }));

const recipeWith = (accept: string): string =>
  `recipe: 1\nname: ours\nextends: execute\nslots: { gemini: null, gpt: null }\nmcp: { accept: ${accept} }\n`;

test('the recipe says whether an agent may accept: never, or unasked; and the agent can change neither', () =>
  withCrew({ ...ALONE, files: { 'never.yaml': recipeWith('never'), 'allowed.yaml': recipeWith('allowed') } }, (repo) =>
    withHost(repo, [YES, YES], async ({ asked, call, runToEnd }) => {
      const never = await runToEnd({ recipe: 'never.yaml' });
      repo.write({ 'never.yaml': recipeWith('allowed') });
      assert.match((await call('accept', { session: never })).text, /never\.yaml/, 'it has changed since');
      repo.write({ 'never.yaml': recipeWith('never') });
      assert.is((await call('accept', { session: never })).data.failure.id, 'acceptNever');
      assert.is(repo.read('src/a.txt'), 'a\n');
      const set = await call('run', { task: 'x', recipe: 'never.yaml', set: { 'mcp.accept': 'allowed' } });
      assert.is(set.data.failure.id, 'badArguments');
      const allowed = await runToEnd({ recipe: 'allowed.yaml' });
      assert.not.ok((await call('accept', { session: allowed })).failed);
      assert.is(repo.read('src/a.txt'), 'a, BEST\n');
      assert.equal(asked, []);
    }),
  ));

const HOSTILE = '--yes\u001b[2J\u202e $(touch /tmp/x) `id`';

test('hostile words, names and requests do no harm, and end nothing', () =>
  withCrew(ALONE, (repo) => {
    repo.write({ '../outside.yaml': recipeWith('allowed') });
    return withHost(repo, null, async ({ client, call, runToEnd }) => {
      const bad: readonly [string, Record<string, unknown>][] = [
        ['run', {}],
        ['run', { task: 'x', yes: true }],
        ['run', { task: 'x', recipe: '--yes' }],
        ['run', { task: 'x', recipe: 'clean' }],
        ['run', { task: 'x', recipe: '../outside.yaml' }],
        ['run', { task: 'x', recipe: `${repo.dir}/../outside.yaml` }],
        ['run', { task: 'x', recipe: 'demo' }],
        ['run', { task: 'x', budget: '--yes' }],
        ['run', { task: 'x', only: ['--yes'] }],
        ['run', { task: 'x', from: ['a=cmd:touch /tmp/x'] }],
        ['run', { task: 'x', from: ['a=branch:--upload-pack=x'] }],
        ['run', { task: 'x', set: { 'gates.tests.run': 'touch /tmp/x' } }],
        ['run', { task: 'x', set: { permissions: 'full' } }],
        ['run', { task: 'x', set: { 'slots.claude.timeout': '{ run: [touch] }' } }],
        ...['../x', '-x', '', '/', 'latest\n'].map((session): [string, Record<string, unknown>] => [
          'accept',
          { session },
        ]),
        ['status', { session: '../../..' }],
        ['decline', { session: '2026' }],
      ];
      for (const [tool, args] of bad) assert.ok((await call(tool, args)).failed, `${tool} ${JSON.stringify(args)}`);
      const unknown = await client.callTool({ name: 'rm', arguments: {} }).catch((error: Error) => error.message);
      assert.match(String(unknown), /There is no tool "rm"/);
      const session = await runToEnd({ task: HOSTILE, recipe: 'isolated', only: ['claude'] });
      const { text, data } = await call('status', { session });
      assert.is(data.sessions[0].decision, 'open', 'its words are no option');
      for (const each of [text, JSON.stringify(data)]) assert.not.match(each, /[\u001b\u202e]|\\u001b/);
      assert.match(repo.calls('claude')[0]!.stdin, /--yes/);
    });
  }));

test('what is no request is passed over; nothing but the protocol is printed, and the end of its input ends it', () =>
  withCrew(ONE, async (repo) => {
    const request = (id: number, method: string, params: object): string =>
      `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
    const server = repo.startMm(['mcp'], { input: null });
    for (const noise of ['no json\n', '[1,\n', '{"jsonrpc":"2.0","id":1}\n', '\0\ufffd\n', 'null\n'])
      server.write(noise);
    server.write(request(2, 'initialize', hello));
    server.write(request(3, 'tools/call', { name: 7 }));
    server.write(request(4, 'tools/call', { name: 'status', arguments: { session: 5 } }));
    await server.waitFor(/"id":4/);
    server.end();
    const { code, stdout, stderr } = await server.exit;
    assert.equal([code, stderr], [0, '']);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(answers.map(({ id }) => id).sort(), [2, 3, 4]);
    assert.is(parse(JSON.stringify(answers.find(({ id }) => id === 4))).result.isError, true);
  }));

test.run();
