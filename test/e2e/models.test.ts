// How models are asked, and what happens when one fails.
// deadline: 600
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import { sessionFolders } from '../support/mm.ts';
import { withTerminal } from '../support/terminal.ts';

/** The rule of execute.yaml for rate limits that are seen in the output. */
const LIMITED = 'failures.9';
const READ_ONLY = ['explore', 'compare'];
const STREAM = ['--setting-sources', 'user', '--output-format', 'stream-json', '--verbose'];

test("every CLI gets the document's flags, and a long prompt byte for byte on standard input [R1, R3]", () =>
  withCrew({}, async (repo) => {
    const task = `Write greetings\n${'Ünicode $HOME `id` ${task} line\n'.repeat(10_000)}in the end`;
    const file = join(repo.home, 'task.md');
    writeFileSync(file, task);
    const result = await repo.runMm([EXECUTE[0], '--task-file', file, '--headless', '--yes'], { deadline: 150_000 });
    assert.is(result.code, 0, result.stderr);
    const prompt = inSession(result, 'pass-0001/prompt.md');
    assert.ok(prompt.includes(task));
    assert.ok(Buffer.byteLength(prompt) > 300_000);
    for (const report of [inSession(result, 'pass-0001/synthesis.md'), inSession(result, 'summary.md')]) {
      assert.ok(report.length < 10_000, 'a report repeats the whole task');
      assert.match(report, /\(10,002 lines, [\d,]+ characters; all of it is in prompt\.md\)/);
    }
    const asked = (agent: string, steps: readonly string[]) =>
      repo.calls(agent).filter(({ step }) => steps.includes(step));
    for (const [agent, argv] of [
      ['claude', ['-p', '--dangerously-skip-permissions', ...STREAM]],
      ['gemini', ['-m', 'pro', '-y', '--skip-trust', '-o', 'stream-json']],
      [
        'codex',
        [
          'exec',
          '--json',
          '--yolo',
          '--disable',
          'plugins',
          '-c',
          'model_reasoning_effort=medium',
          '-c',
          'analytics.enabled=false',
          '-',
        ],
      ],
    ] as const) {
      const calls = asked(agent, ['implement']);
      assert.is(calls.length, 1, agent);
      assert.equal(calls[0]?.argv, [...argv]);
      assert.ok(calls[0]?.stdin === prompt, agent);
    }
    const reading = asked('claude', READ_ONLY);
    assert.equal(
      reading.map(({ step }) => step),
      ['explore', 'compare', 'compare'],
    );
    for (const { argv, stdin, step } of reading) {
      const mode = step === 'compare' ? ['--tools', '', '--system-prompt'] : ['--tools', 'Read,Grep,Glob'];
      assert.equal(
        argv.filter((each) => mode.includes(each)),
        mode,
      );
      assert.equal(argv.slice(-STREAM.length), STREAM);
      const schema = argv[argv.indexOf('--json-schema') + 1]!;
      if (step === 'compare') assert.equal(JSON.parse(schema).required, ['files', 'notes']);
      assert.ok(stdin.includes(task));
    }
    const tools = ['--tools', 'Bash,Read,Edit,Write,Grep,Glob'];
    assert.equal(asked('claude', ['integrate'])[0]?.argv, [
      '-p',
      ...tools,
      '--dangerously-skip-permissions',
      ...STREAM,
    ]);
    assert.is(asked('claude', ['implement'])[0]?.env.IS_SANDBOX, '1');
    const defaults = asked('gemini', ['implement'])[0]?.env.GEMINI_CLI_SYSTEM_DEFAULTS_PATH ?? '';
    assert.is(defaults, join(result.sessionDir ?? '', 'settings/gemini/defaults.json'));
    assert.equal(JSON.parse(readFileSync(defaults, 'utf8')), { general: { maxAttempts: 2 } });
  }));

test('timeout, rate limit and crash: what is tried again, after how long, with what limit, and what is reported [R4, R5, R6, S4]', () =>
  withCrew(
    {
      claude: {
        implement: [
          '[ -e src/half.txt ] && put src/saw-half.txt yes',
          'if once slow; then put src/half.txt half; complain first try; wait_for never; fi',
          'put src/a.txt "a, BEST"\nsay second try',
        ].join('\n'),
      },
      gemini: {
        implement: [
          '[ -e src/half.txt ] && put src/saw-half.txt yes',
          'if once limited; then put src/half.txt half; say "got 429 Too Many Requests"; return 1; fi',
          'put src/b.txt "b, BEST"\nsay second try',
        ].join('\n'),
      },
      codex: { implement: 'put src/c.txt half\nsay working\ncomplain "thread main panicked: boom"\nreturn 101' },
    },
    async (repo) => {
      // how long the real rules wait is held by recipes/failures.test.ts
      const result = await execute(repo, ['--set', 'slots.claude.timeout=3s', '--set', `${LIMITED}.retry.after=2s`]);
      assert.is(result.code, 0, result.stderr);
      const attempts = (slot: string) =>
        result.session.passes[0].models[slot].attempts.map(
          (attempt: { failure: string; exit_code: number }) => attempt.failure,
        );
      assert.equal(
        [attempts('claude'), attempts('gemini'), attempts('gpt')],
        [['timeout', null], ['rate-limit', null], ['crash']],
      );
      const starts = (slot: string) =>
        eventsOfType(result, 'attempt_start').filter((event) => event.lane === slot && event.step === 'implement');
      assert.equal(
        starts('claude').map(({ limit_ms }) => limit_ms),
        [3000, 4500],
      );
      const limited = eventsOfType(result, 'attempt_end').find(
        ({ slot, result: end }) => slot === 'gemini' && end.failure === 'rate-limit',
      );
      assert.ok(Date.parse(starts('gemini')[1]?.at ?? '') - Date.parse(limited?.at ?? '') >= 2000);

      const file = (path: string) => inSession(result, `pass-0001/${path}`);
      assert.equal([file('outputs/claude.md'), file('outputs/claude.2.md')], ['', 'second try\n']);
      assert.equal([file('stderr/claude.txt'), file('stderr/claude.2.txt')], ['first try\n', '']);
      assert.equal(
        [file('outputs/gemini.md'), file('outputs/gemini.2.md')],
        ['got 429 Too Many Requests\n', 'second try\n'],
      );
      assert.is(file('stderr/gpt.txt'), 'thread main panicked: boom\n');
      assert.is(repo.calls('codex').length, 1);

      const { gpt } = result.session.passes[0].models;
      assert.is(gpt.status, 'failed');
      assert.is(gpt.attempts[0].exit_code, 101);
      assert.match(gpt.why, /exit code 101.*thread main panicked: boom/);
      for (const text of [inSession(result, 'summary.md'), file('synthesis.md'), result.stderr])
        assert.match(text, /GPT.*thread main panicked: boom/);
      assert.equal([repo.read('src/a.txt'), repo.read('src/b.txt')], ['a, BEST\n', 'b, BEST\n']);
      for (const path of ['src/half.txt', 'src/saw-half.txt', 'src/c.txt']) assert.is(repo.has(path), false, path);
    },
  ));

test('a model that keeps timing out: asked, with the cost, whether to give it more; headless nobody is asked [R7]', () =>
  withCrew(
    {
      gemini: null,
      codex: null,
      claude: {
        implement: 'once first && wait_for never\nonce second && wait_for never\nput src/a.txt "a at last"\nsay done',
      },
    },
    async (repo) => {
      await withTerminal(
        repo,
        [...EXECUTE.slice(0, 2), '--yes', '--set', 'slots.claude.timeout=3s'],
        { cols: 120, rows: 40 },
        async (terminal) => {
          await terminal.waitFor(/How many synthesis passes/);
          terminal.press('Enter');
          await terminal.waitFor(/Timeout for external model commands/);
          terminal.type('1');
          terminal.press('Enter');
          const screen = await terminal.waitFor(/has run into its time limit twice/);
          assert.match(screen.replace(/\s+/g, ' '), /may cost tokens billed to your account/);
          terminal.type('y');
          const ended = await terminal.exit();
          assert.is(ended.code, 0, terminal.screen({ history: true }));
          const starts = eventsOfType(ended, 'attempt_start').filter(({ step }) => step === 'implement');
          assert.is(starts.length, 3);
          assert.equal(
            starts.slice(0, 2).map(({ limit_ms }) => limit_ms),
            [3000, 4500],
          );
          assert.ok((starts[2]?.limit_ms ?? 0) > 4500);
          assert.is(repo.read('src/a.txt'), 'a at last\n');
        },
      );
      repo.git('checkout', '--quiet', '.');
      repo.installAgent('claude', { implement: 'wait_for never' });
      const headless = await execute(repo, ['--set', 'slots.claude.timeout=1s']);
      assert.is(headless.code, 1, headless.stderr);
      assert.is(eventsOfType(headless, 'attempt_start').length, 2);
      assert.match(headless.stderr, /Claude: claude ran into its time limit/);
    },
  ));

test('a prompt that an argument cannot hold is refused before anything starts [R3]', () =>
  withCrew({ claude: null, gemini: null, codex: null }, async (repo) => {
    repo.installAgent('agy', { any: 'put src/a.txt x' });
    const before = repo.state();
    const result = await repo.runMm([EXECUTE[0], '-', '--headless', '--yes'], {
      input: `Do it\n${'x'.repeat(140_000)}`,
    });
    assert.is(result.code, 2, result.stderr);
    assert.match(result.stderr, /an argument can't be longer than/);
    assert.match(result.stderr, /--without gemini/);
    assert.equal(repo.calls(), []);
    assert.equal(repo.state(), before);
    assert.equal(sessionFolders(repo.sessions), []);
    assert.is(existsSync(join(repo.root, 'ai-aip')), false);
  }));

test.run();
