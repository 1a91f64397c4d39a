// CLIs of the catalogue in a run: which steps they take, what init offers, and whether their options are known to them.
// deadline: 600
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withRepo } from '../support/repo.ts';

const SILENT = { any: 'say nothing' };
const ours = (parent: string, lines: string) => `recipe: 1\nname: ${parent}\nextends: ${parent}\n${lines}`;
const NONE = 'slots:\n  claude: null\n  gemini: null\n  gpt: null\n';
const help = (text: string) => `#!/bin/sh\ncat <<'X'\n${text}\nX\n`;

test('a CLI that is not sure to change nothing is refused before anything starts where a step only asks', () =>
  withRepo(async (repo) => {
    repo.installAgent('opencode', SILENT);
    repo.write({ 'plan.yaml': ours('plan', `${NONE}  opencode: { cli: opencode, primary: true }\n`) });
    repo.commit('recipe');
    const before = repo.state();
    const refused = await repo.runMm(['./plan.yaml', 'Plan it', '--headless']);
    assert.is(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, /only asks, and opencode \(opencode\) has no command[\s\S]*--without opencode/);
    assert.equal([repo.calls().length, repo.state()], [0, before]);
  }));

test('a model that is one line of a recipe does the task, and its lines of JSON are read', () =>
  withRepo(async (repo) => {
    const line = (document: unknown) => `say '${JSON.stringify(document)}'`;
    const step = (tokens: number) => ({
      type: 'step_finish',
      sessionID: 's1',
      part: { tokens: { input: tokens, output: 1 }, cost: 0.5 },
    });
    repo.installAgent('opencode', {
      any: `put hello.txt hello\n${[step(10), { type: 'text', sessionID: 's1', part: { text: 'I wrote it.' } }, step(5)].map(line).join('\n')}`,
    });
    repo.write({
      'ours.yaml': ours(
        'execute',
        `${NONE}  opencode: { cli: opencode, primary: true }\ngates: { tests: { run: test -e hello.txt } }\n`,
      ),
    });
    repo.commit('recipe');
    const done = await repo.runMm(['./ours.yaml', 'Write hello.txt', '--headless', '--yes', '--json'], {
      deadline: 500_000,
    });
    assert.is(done.code, 0, done.stderr);
    assert.is(repo.read('hello.txt'), 'hello\n');
    const [call] = repo.calls('opencode');
    assert.equal(call!.argv, ['run', '--format', 'json', '--auto']);
    const said = JSON.stringify(JSON.parse(done.stdout));
    assert.match(said, /"input_tokens":15,"output_tokens":2,"cost_usd":1[,}]/);
  }));

test('init offers the CLIs of the catalogue that are installed: those with a login take part', () =>
  withRepo(async (repo) => {
    for (const cli of ['claude', 'pi', 'kimi', 'opencode']) repo.installAgent(cli, SILENT);
    const env = { OPENAI_API_KEY: 'x', MISTRAL_API_KEY: null };
    const done = await repo.runMm(['init'], { env });
    assert.is(done.code, 0, done.stderr);
    const written = repo.read('.mm/execute.yaml');
    assert.match(written, /^ {2}pi: \{ cli: pi \} # Pi: pi is installed here$/m);
    assert.match(
      written,
      /^#.*whether they are logged in.*\n#.*\n# {3}opencode: \{ cli: opencode \}.*\n# {3}kimi: \{ cli: kimi \}/m,
    );
    assert.match(done.stdout, /Pi \(pi\)[\s\S]*Kimi is installed too/);
    const checked = await repo.runMm(['check', '.mm/execute.yaml'], { env });
    assert.is(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /Pi: would use pi; login: \$OPENAI_API_KEY is there\. It may run any command/);
    assert.is((await repo.runMm(['init', 'plan'], { env })).code, 0);
    const plan = repo.read('.mm/plan.yaml');
    assert.match(plan, /^ {2}pi: /m);
    assert.not.match(plan, /kimi|opencode/, 'they can not be asked without being able to write');
  }));

test('check --flags names the options that a CLI does not list, with their place, and ends with 1', () =>
  withRepo(async (repo) => {
    repo.installTool('pi', help('--print, -p   Print\n--mode <m>  --offline --tools --session\n--no-approves'));
    repo.installTool(
      'codex',
      '#!/bin/sh\n[ "$1" = exec ] && echo "--json -s, --sandbox -c --disable --output-schema" || echo "codex --help"\n',
    );
    repo.installTool('kimi', '#!/bin/sh\ncat\nexit 3\n');
    repo.write({
      'ours.yaml': ours(
        'execute',
        `${NONE}  pi: { cli: pi, primary: true }\n  codex: { cli: codex }\n  kimi: { cli: kimi }\n  cn: { cli: cn }\n`,
      ),
    });
    const checked = await repo.runMm(['check', './ours.yaml', '--flags']);
    assert.is(checked.code, 1, checked.stderr);
    assert.match(
      checked.stdout,
      /! pi: --no-approve is not in what `pi --help` lists \(.*clis\.yaml:\d+, .*clis\.yaml:\d+/,
    );
    assert.match(checked.stdout, /✓ codex: lists all options of its commands in codex --help, codex exec --help/);
    assert.match(checked.stdout, /\? kimi: kimi printed no help/);
    assert.match(checked.stdout, /\? cn: cn is not installed/);
    repo.write({ 'ours.yaml': ours('execute', `${NONE}  pi: { cli: pi, primary: true, unlisted: [--no-approve] }\n`) });
    assert.is((await repo.runMm(['check', './ours.yaml', '--flags'])).code, 0);
  }));

test.run();
