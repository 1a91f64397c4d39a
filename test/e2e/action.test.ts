// The GitHub Action, its steps run by a runner of our own (test/support/action-runner.ts) on a repository whose forge is a
// scripted `gh`: three pull requests become one proven result, and hostile titles, branches and inputs do no harm.
// runtime: node
// deadline: 300
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { type ActionRun, runAction } from '../support/action-runner.ts';
import { PROJECT } from '../support/paths.ts';
import { type Files, type Repo, withRepo } from '../support/repo.ts';

const ACTION = join(PROJECT, '.github/actions/mm/action.yml');
const README = readFileSync(join(PROJECT, '.github/actions/mm/README.md'), 'utf8');

/** Each is right in a file of its own; what it is called would do harm to a careless script. */
const PULL_REQUESTS = [
  { number: '11', branch: 'plain', sign: '+', title: '"; touch pwned; echo "' },
  { number: '12', branch: 'x;touch$IFS"pwned"', sign: '*', title: '$(touch pwned)`touch pwned`' },
  { number: '13', branch: '$(touch${IFS}pwned)', sign: '-', title: '::set-output name=report::/etc/passwd' },
] as const;

const source = (body: string): string => `export const f = (a, b) => ${body};\n`;
const PROJECT_FILES: Files = {
  'AGENTS.md': '```mm-gates\ntests: node --test\n```\n',
  'package.json': '{ "type": "module" }\n',
  'test/seen.test.js':
    "import { writeFileSync } from 'node:fs';\nwriteFileSync(`${process.env.HOME}/seen`, Object.keys(process.env).join('\\n'));\n",
  ...Object.fromEntries(
    PULL_REQUESTS.flatMap(({ number, sign }) => [
      [`src/${number}.js`, source('0')],
      [
        `test/${number}.test.js`,
        `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { f } from '../src/${number}.js';\ntest('${number}', () => assert.equal(f(5, 3), 5 ${sign} 3));\n`,
      ],
    ]),
  ),
};

const GH = `case "$1 $2" in
"pr view") case "$5" in
  state) echo OPEN ;;
  title,body) cat "$HOME/forge/title-$3"; printf '\n::error title=x::owned\n::add-mask::mm\n' ;;
  author,body,commits) echo "author-of-$3" ;;
  comments) if [ -e "$HOME/forge/comment-$3" ]; then echo "https://forge.example/o/r/pull/$3#issuecomment-9$3"; fi ;;
  esac ;;
"pr diff") git diff "main...$(cat "$HOME/forge/branch-$3")" ;;
"pr comment") cp "$5" "$HOME/forge/comment-$3"; echo "new $3" >>"$HOME/forge/log" ;;
"pr list") ;;
"pr create")
  for each; do case "$each" in --body-file=*) cp "\${each#--body-file=}" "$HOME/forge/body" ;; esac; done
  printf '%s\n' "$@" >"$HOME/forge/created"
  echo "https://forge.example/o/r/pull/99" ;;
"api --method") cp "\${6#body=@}" "$HOME/forge/comment-\${4##*/9}"; echo "changed \${4##*/9}" >>"$HOME/forge/log" ;;
*) echo "gh $* is not known" >&2; exit 9 ;;
esac
printf '%s\n' "$GH_TOKEN" >>"$HOME/forge/tokens"
`;

/** A repository with its pull requests; `forge` reads what the forge has got. */
const withForge = (work: (repo: Repo, forge: (file: string) => string) => Promise<void>) =>
  withRepo({ files: PROJECT_FILES }, async (repo) => {
    const forge = join(repo.home, 'forge');
    mkdirSync(forge);
    for (const { number, branch, title } of PULL_REQUESTS) {
      repo.git('checkout', '--quiet', '-B', 'work', 'main');
      const files = PULL_REQUESTS.map((each) => [
        `src/${each.number}.js`,
        source(each.number === number ? `a ${each.sign} b` : 'a / b'),
      ]);
      repo.write(Object.fromEntries(files));
      repo.commit(title);
      repo.git('update-ref', `refs/heads/${branch}`, 'work');
      writeFileSync(join(forge, `title-${number}`), title);
      writeFileSync(join(forge, `branch-${number}`), branch);
    }
    repo.git('checkout', '--quiet', 'main');
    repo.installTool('gh', `#!${join(repo.bin, 'bash')}\n${GH}`);
    await work(repo, (file) => readFileSync(join(forge, file), 'utf8'));
  });

const act = (repo: Repo, inputs: Readonly<Record<string, string>>): Promise<ActionRun> =>
  runAction(repo, repo.dir, ACTION, { version: PROJECT, ...inputs });

const NUMBERS = { 'pull-requests': '11, 12,13' } as const;

test('three pull requests become one proven result: outputs, report, one comment on each that later runs bring up to date', () =>
  withForge(async (repo, forge) => {
    const run = await act(repo, NUMBERS);
    assert.not.ok(run.failed, run.log);
    const { session, result, report, price, delivered } = run.outputs;
    assert.match(session ?? '', /^\d{8}-\d{6}Z-/);
    assert.equal([result, price, delivered], ['completed', '0.00', '']);
    assert.match(readFileSync(report ?? '', 'utf8'), /pull request 12<\/code>, by author-of-12/);
    assert.equal(run.used, [
      { uses: 'actions/upload-artifact@v6', with: { name: `multi-model-${session}`, path: report } },
    ]);
    for (const { number, sign } of PULL_REQUESTS) assert.is(repo.read(`src/${number}.js`), source(`a ${sign} b`));
    const told = forge('comment-11');
    assert.match(told, /\| <code>src\/12\.js<\/code> \| #12 \|/);
    assert.match(told, /completed; gates of the result: tests pass/);
    assert.is(run.summary, told);
    // nobody's words were run, or taken for a command or an output
    assert.not.ok(repo.has('pwned') || existsSync(join(repo.home, 'pwned')));
    assert.equal(run.errors, []);
    const seen = readFileSync(join(repo.home, 'seen'), 'utf8');
    assert.not.match(seen, /^(INPUT_|GITHUB_OUTPUT|GITHUB_ENV)/m);
    repo.git('checkout', '--', '.');
    repo.git('clean', '-fdq');
    const again = await act(repo, {
      ...NUMBERS,
      task: '$(touch pwned)\n"; touch pwned #',
      comment: '12 13',
      deliver: 'branch',
    });
    assert.not.ok(again.failed, again.log);
    const branch = again.outputs.delivered ?? '';
    for (const { number, sign } of PULL_REQUESTS)
      assert.is(repo.git('show', `${branch}:src/${number}.js`), source(`a ${sign} b`).trimEnd());
    assert.is(repo.git('status', '--porcelain'), '');
    assert.equal(forge('log').split('\n'), ['new 11', 'new 12', 'new 13', 'changed 12', 'changed 13', '']);
    assert.match(forge('comment-12'), new RegExp(again.outputs.session ?? ''));
    assert.not.ok(repo.has('pwned'));
    assert.is(new Set(forge('tokens').trim().split('\n')).size, 1);
  }));

test('delivered as a pull request: pushed on a new branch by whom the forge knows, what came from whom in its text', () =>
  withForge(async (repo, forge) => {
    const remote = join(repo.root, 'remote.git');
    repo.git('init', '--quiet', '--bare', '--initial-branch=main', remote);
    repo.git('remote', 'add', 'origin', remote);
    repo.git('push', '--quiet', 'origin', 'main');
    writeFileSync(join(repo.home, '.gitconfig'), ''); // as on the forge's machines: git knows nobody
    const run = await act(repo, { ...NUMBERS, deliver: 'pull-request' });
    assert.not.ok(run.failed, run.log);
    assert.is(run.outputs.delivered, 'https://forge.example/o/r/pull/99');
    const head = /^--head=(.*)$/m.exec(forge('created'))?.[1] ?? '';
    const pushed = (...args: readonly string[]) => repo.git(`--git-dir=${remote}`, ...args);
    for (const { number, sign } of PULL_REQUESTS)
      assert.is(pushed('show', `${head}:src/${number}.js`), source(`a ${sign} b`).trimEnd());
    assert.is(pushed('show', '-s', '--format=%an', head), 'github-actions[bot]');
    assert.match(forge('body'), /src\/12\.js/);
    assert.match(forge('comment-12'), /Delivered: https:\/\/forge\.example\/o\/r\/pull\/99/);
    assert.equal([repo.git('branch', '--show-current'), repo.git('status', '--porcelain')], ['main', '']);
    assert.not.ok(repo.has('pwned'));
  }));

test('what can not be: refused with its reason before anything is touched; what failed is told on the pull request', () =>
  withForge(async (repo, forge) => {
    const before = repo.state();
    for (const [inputs, says] of [
      [{ 'pull-requests': '11; touch pwned' }, /"11;" is not the number of a pull request/],
      [{ ...NUMBERS, comment: '--help' }, /"--help" is not the number of a pull request/],
      [{ ...NUMBERS, deliver: 'all' }, /deliver is none, branch, pull-request; not all/],
      [{ ...NUMBERS, recipe: '--help' }, /--help is not a recipe/],
      [{ ...NUMBERS, version: '../no-such' }, /There is no checkout of multi-model at /],
      [{ ...NUMBERS, version: '1 && touch pwned' }, /"1 && touch pwned" is not a version/],
      [{ recipe: 'no-such', task: 'x' }, /There is no recipe or command "no-such"/],
    ] as const) {
      const run = await act(repo, inputs);
      assert.ok(run.failed);
      assert.match(run.errors.join('\n'), says, run.log);
      assert.equal(run.used, []);
    }
    assert.equal(repo.state(), before);
    assert.not.ok(existsSync(join(repo.home, 'forge/log')));
    const failed = await act(repo, { 'pull-requests': '11' }); // wrong in two files
    assert.ok(failed.failed);
    assert.is(failed.outputs.result, 'failed');
    assert.is(failed.used.length, 1);
    assert.match(forge('comment-11'), /\*\*multi-model\*\*: failed/);
  }));

test('no input, title or name is text of a shell: not in the action, nor in the workflows that its README shows', () => {
  const { runs, inputs } = parse(readFileSync(ACTION, 'utf8'));
  const workflows = [...README.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text));
  assert.is(workflows.length, 2);
  const steps = [runs, ...workflows.flatMap(({ jobs }) => Object.values<{ steps: [] }>(jobs))].flatMap(
    (each: { steps: { run?: string; uses?: string; with?: object }[] }) => each.steps,
  );
  for (const { run = '', uses = '', with: given = {} } of steps) {
    assert.not.match(run, /\$\{\{/);
    if (uses.endsWith('/actions/mm@main'))
      for (const name of Object.keys(given)) assert.ok(name in inputs, `there is no input ${name}`);
  }
  for (const name of Object.keys(inputs)) assert.ok(README.includes(`| \`${name}\` |`), `README.md has no ${name}`);
  for (const { on } of workflows) assert.not.ok('pull_request_target' in on);
});

test.run();
