// What can't be used is refused: the message says what, where and what to do; exit 2; nothing is touched, no session made.
// deadline: 600
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, execute, withCrew } from '../support/crew.ts';
import { type MmOptions, sessionFolders } from '../support/mm.ts';
import { type Repo, withRepo } from '../support/repo.ts';

const TASK = EXECUTE.slice(1);

/** Runs the program and demands that it refuses, saying all of `says`, having touched nothing. */
async function refused(
  repo: Repo,
  args: readonly string[],
  says: readonly RegExp[],
  options: MmOptions = {},
): Promise<void> {
  const before = repo.state();
  const calls = repo.calls().length;
  const result = await repo.runMm(args, options);
  const told = `${args.join(' ').slice(0, 200)}\n${result.stderr.slice(0, 4000)}`;
  assert.is(result.code, 2, told);
  for (const pattern of says) assert.match(result.stderr, pattern, `${pattern}\n${told}`);
  assert.is(result.stdout, '', told);
  assert.equal(repo.state(), before, told);
  assert.equal(sessionFolders(repo.sessions), [], told);
  assert.is(repo.calls().length, calls, told);
}

/** A recipe of the user's own, outside the repository. */
function recipe(repo: Repo, text: string | Uint8Array, name = 'own.yaml'): string {
  const file = join(repo.home, name);
  writeFileSync(file, text);
  return file;
}

test('more behind a command than it takes', () =>
  withRepo({}, async (repo) => {
    for (const command of ['check', 'init', 'show', 'report', 'resume', 'recover', 'undo', 'completion'])
      await refused(repo, [command, 'one', 'two'], [new RegExp(`mm ${command} does not know what to do with "two"`)]);
    for (const command of ['sessions', 'clean'])
      await refused(repo, [command, 'one'], [new RegExp(`mm ${command} does not know what to do with "one"`)]);
  }));

test('not a repository, a bare one, one without a commit [C3]', () =>
  withRepo({ files: null }, async (repo) => {
    repo.installAgent('claude', 'any() { put x y; }');
    await refused(repo, EXECUTE, [/has no commit yet/, /git add \. && git commit/]);
    const plain = join(repo.home, 'plain');
    mkdirSync(plain);
    await refused(repo, EXECUTE, [/plain is not inside a git repository/, /git init/], { cwd: plain });
    await refused(repo, ['-C', join(repo.home, 'nowhere'), ...EXECUTE], [/nowhere/, /no such folder/]);
    const bare = join(repo.home, 'bare.git');
    repo.git('init', '--quiet', '--bare', bare);
    await refused(repo, EXECUTE, [/bare repository/, /worktree add/], { cwd: bare });
  }));

test('nothing at all prints the help; a word cut short is understood, and told', () =>
  withRepo({}, async (repo) => {
    const bare = await repo.runMm([]);
    assert.is(bare.code, 0, bare.stderr);
    assert.is(bare.stdout, (await repo.runMm(['--help'])).stdout);
    assert.match(bare.stdout, /Usage:\n {2}mm <recipe>/);
    await refused(
      repo,
      ['exec', 'Write greetings'],
      [/no recipe or command "exec"/, /Did you mean this\?\n +mm execute/],
    );
  }));

test('a merge, rebase, cherry-pick, revert or bisect in progress, conflicts, a locked index', () =>
  withCrew({}, async (repo) => {
    const first = repo.git('rev-parse', 'HEAD');
    repo.git('switch', '--quiet', '-c', 'side');
    repo.write({ 'src/a.txt': 'a of side\n' });
    const side = repo.commit('side');
    repo.git('switch', '--quiet', 'main');
    repo.write({ 'src/a.txt': 'a of main\n' });
    repo.commit('main');
    const fails = (...args: readonly string[]) => assert.throws(() => repo.git(...args));

    for (const [start, says, abort] of [
      [
        ['merge', 'side'],
        [/merge is in progress/, /git merge --abort/],
        ['merge', '--abort'],
      ],
      [
        ['rebase', 'side'],
        [/rebase is in progress/, /git rebase --abort/],
        ['rebase', '--abort'],
      ],
      [
        ['cherry-pick', side],
        [/cherry-pick is in progress/, /git cherry-pick --abort/],
        ['cherry-pick', '--abort'],
      ],
    ] as const) {
      fails(...start);
      await refused(repo, EXECUTE, says);
      repo.git(...abort);
    }
    repo.git('revert', '--no-commit', 'HEAD');
    await refused(repo, EXECUTE, [/revert is in progress/, /git revert --abort/]);
    repo.git('revert', '--abort');
    repo.git('bisect', 'start', 'HEAD', first);
    await refused(repo, EXECUTE, [/bisect is in progress/, /git bisect reset/]);
    repo.git('bisect', 'reset');
    repo.git('switch', '--quiet', '--detach', 'main');
    repo.git('switch', '--quiet', 'main');
    repo.write({ '.git/index.lock': '' });
    await refused(repo, EXECUTE, [/index\.lock exists/, /rm .*index\.lock/]);
  }));

test('a task that is empty, too long, missing or given twice [C4, T1]', () =>
  withCrew({}, async (repo) => {
    const [name] = EXECUTE;
    const headless = ['--headless', '--yes'];
    await refused(repo, [name, ...headless], [/No task was given/, /--task-file/, /standard input/]);
    await refused(repo, [name, '', ...headless], [/task is empty/]);
    await refused(repo, [name, ' \n\t', ...headless], [/task is empty/]);
    await refused(repo, [name, '-', ...headless], [/task is empty/], { input: '\n' });
    await refused(repo, [name, 'x3 timeout:none', ...headless], [/task is empty/, /trigger words only/]);
    await refused(repo, [name, '-', ...headless], [/5,000,000 bytes/, /Put long material into a file/], {
      input: 'x'.repeat(5_000_000),
    });
    const long = join(repo.home, 'long.md');
    writeFileSync(long, 'x'.repeat(5_000_000));
    await refused(repo, [name, '--task-file', long, ...headless], [/5,000,000 bytes/]);
    await refused(repo, [name, '--task-file', 'nowhere.md', ...headless], [/nowhere\.md/, /can't be read/]);
    await refused(repo, [name, 'words', '--task-file', long, ...headless], [/given both/]);
  }));

test('no coding CLI is installed: says which it looked for, how to install them, and names the demo [M1]', () =>
  withCrew({ claude: null, gemini: null, codex: null }, async (repo) => {
    await refused(repo, EXECUTE, [
      /Claude: claude/,
      /Gemini: gemini, then agy, then agent/,
      /GPT: codex, then agent/,
      /npm install -g @anthropic-ai\/claude-code/,
      /npm install -g @google\/gemini-cli/,
      /npm install -g @openai\/codex/,
      /mm demo/,
    ]);
    repo.write({ claude: { text: '#!/bin/sh\n', mode: 0o755 } });
    await refused(repo, EXECUTE, [/mm demo/], { env: { PATH: `${repo.dir}:${repo.bin}` } });
  }));

test("slots and options that do not exist, values that can't be", () =>
  withCrew({}, async (repo) => {
    await refused(repo, [...EXECUTE, '--only', 'gemni'], [/no slot "gemni"/, /Did you mean gemini\?/]);
    await refused(repo, [...EXECUTE, '--without', 'claude,gemini,gpt'], [/no slot is left/]);
    await refused(repo, [...EXECUTE, '--pases', '2'], [/--pases/, /Did you mean --passes/]);
    await refused(repo, [...EXECUTE, '--passes', 'many'], [/--passes many/]);
    await refused(repo, [...EXECUTE, '--timeout', 'soon'], [/--timeout soon/]);
    await refused(repo, [...EXECUTE, '--set', 'slots.gemini.timout=300'], [/timout/, /timeout/]);
    await refused(repo, [...EXECUTE, '--set', 'slots.gemni.timeout=300'], [/gemni/, /gemini/]);
    await refused(repo, [...EXECUTE, '--set', 'slots.gemini.timeout=soon'], [/slots\.gemini\.timeout|soon/]);
    await refused(repo, [...EXECUTE, '--set', 'nonsense'], [/nonsense/, /path=value/]);
    await refused(repo, ['exekute', ...TASK], [/no recipe[^\n]*"exekute"/, /Did you mean[\s\S]*execute/]);
  }));

test('misspelt words in a recipe: all of them, each with file, line, column and the nearest right word', () =>
  withCrew({}, async (repo) => {
    const file = recipe(
      repo,
      [
        'recipe: 1',
        'name: own',
        'extends: execute',
        'slotz: {}',
        'slots:',
        '  claude: { title: Claude, primary: true, workspce: main, backends: [{ cli: claude, run: [claude], stdin: "${prompt}" }] }',
        'phases:',
        '  - id: one',
        '    steps:',
        '      - { reposotory: {}, save: repo }',
        '      - { write: x.md, template: implment }',
        '      - { id: implement, model: gemni, prompt: prompt.md }',
        '      - { write: y.md, template: implement, when: slots.in_mian }',
        '',
      ].join('\n'),
    );
    await refused(
      repo,
      [file, ...TASK],
      [
        /own\.yaml:4:1\b/,
        /slotz[\s\S]*slots/,
        /own\.yaml:6:\d+/,
        /workspce[\s\S]*workspace/,
        /own\.yaml:10:\d+/,
        /reposotory[\s\S]*repository/,
      ],
    );
    const later = recipe(
      repo,
      [
        'recipe: 1',
        'name: own',
        'extends: execute',
        'phases:',
        '  - id: one',
        '    steps:',
        '      - { write: y.md, template: implement }',
        '      - { write: x.md, template: implment }',
        '      - { id: implement, model: gemni, prompt: prompt.md }',
        '      - { id: lanes, for: slots.avaliable, steps: [{ capture: "${slot.id}" }] }',
        'prompts:',
        '  implement: "${taks}"',
        '',
      ].join('\n'),
    );
    await refused(
      repo,
      [later, ...TASK],
      [
        /own\.yaml:8:\d+/,
        /implement/,
        /own\.yaml:9:\d+/,
        /gemini/,
        /own\.yaml:10:\d+/,
        /available/,
        /own\.yaml:12:\d+/,
        /\btask\b/,
      ],
    );
  }));

test('a recipe that is not YAML, empty, a folder, missing, 50 MB, an alias bomb, a circle', () =>
  withCrew({}, async (repo) => {
    await refused(repo, [recipe(repo, 'recipe: 1\nname: "own\nslots: [\n'), ...TASK], [/own\.yaml:\d+:\d+/]);
    await refused(repo, [recipe(repo, new Uint8Array([0xff, 0xfe, 0, 1, 2, 3])), ...TASK], [/own\.yaml/]);
    await refused(repo, [recipe(repo, ''), ...TASK], [/own\.yaml/, /empty/]);
    await refused(repo, [recipe(repo, '- a\n- list\n'), ...TASK], [/own\.yaml:1:1/]);
    const folder = join(repo.home, 'folder.yaml');
    mkdirSync(folder);
    await refused(repo, [folder, ...TASK], [/folder\.yaml/, /folder/]);
    await refused(repo, [join(repo.home, 'none.yaml'), ...TASK], [/none\.yaml/]);
    await refused(
      repo,
      [recipe(repo, `recipe: 1\nname: own\n#${'x'.repeat(50_000_000)}\n`), ...TASK],
      [/own\.yaml/, /too large|too long|larger|most/i],
    );
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(', ')}]`),
    ];
    await refused(
      repo,
      [recipe(repo, `recipe: 1\nname: own\nextends: execute\n${bomb.join('\n')}\n`), ...TASK],
      [/own\.yaml/, /alias/i],
    );
    const circle = recipe(repo, 'recipe: 1\nname: one\nextends: ./two.yaml\n', 'one.yaml');
    recipe(repo, 'recipe: 1\nname: two\nextends: ./one.yaml\n', 'two.yaml');
    await refused(repo, [circle, ...TASK], [/one\.yaml/, /two\.yaml/, /circle/]);
    await refused(
      repo,
      [recipe(repo, 'recipe: 1\nname: own\nextends: exekute\n'), ...TASK],
      [/own\.yaml:3:\d+/, /exekute/, /execute/],
    );
  }));

test('a worktree folder or branch that exists is never touched [W1]', () =>
  withCrew({ codex: null }, async (repo) => {
    const folder = `${repo.dir}-mm-gemini`;
    mkdirSync(folder);
    writeFileSync(join(folder, 'precious.txt'), 'mine\n');
    await refused(repo, EXECUTE, [/project-mm-gemini/, /there already/, /mm clean/]);
    assert.ok(existsSync(join(folder, 'precious.txt')));
    rmSync(folder, { recursive: true });

    repo.git('branch', 'mm');
    await refused(repo, EXECUTE, [/branch mm is in its way/, /git branch -m mm mm-old/]);
    repo.git('branch', '-D', 'mm');

    // the name has the second in it: all of the next two minutes are taken
    const head = repo.git('rev-parse', 'HEAD');
    const stamp = (at: number) =>
      new Date(at)
        .toISOString()
        .replace(/[-:]|\.\d+Z/g, '')
        .replace('T', '-');
    const local = (at: number) => stamp(at - new Date(at).getTimezoneOffset() * 60_000);
    for (let second = 0; second < 120; second++) {
      const at = Date.now() + second * 1000;
      for (const name of new Set([stamp(at), local(at)])) {
        mkdirSync(join(repo.dir, '.git/refs/heads/mm/gemini'), { recursive: true });
        writeFileSync(join(repo.dir, '.git/refs/heads/mm/gemini', name), `${head}\n`);
      }
    }
    await refused(repo, EXECUTE, [/branch mm\/gemini\/\d{8}-\d{6} exists already/]);
  }));

test('sessions that would lie in the tree itself, unless git ignores them [U1]', () =>
  withCrew({}, async (repo) => {
    repo.write({ 'mine.txt': 'mine\n' });
    for (const root of [join(repo.dir, 'state'), 'state']) {
      const options = { env: { AI_AIP_ROOT: root } };
      await refused(
        repo,
        EXECUTE,
        [/lies in the repository .* and is no ignored one/, /a line \/state\/ in .*info\/exclude/],
        options,
      );
    }
    // a rule that is put aside with the user's changes ignores nothing then
    repo.write({ '.gitignore': '/state/\n' });
    await refused(repo, EXECUTE, [/is no ignored one/], { env: { AI_AIP_ROOT: 'state' } });
    assert.not(repo.has('state'));
    writeFileSync(join(repo.dir, '.git/info/exclude'), '/state/\n');
    const result = await repo.runMm(EXECUTE, { env: { AI_AIP_ROOT: 'state' }, deadline: 150_000 });
    assert.is(result.code, 0, result.stderr);
    assert.is(repo.read('mine.txt'), 'mine\n');
  }));

test('settings with which git itself fails: nothing was begun, so nothing is to be put right [C3]', () =>
  withCrew({}, async (repo) => {
    repo.git('config', 'filter.x.clean', 'false');
    repo.git('config', 'filter.x.required', 'true');
    // git filters only what may have changed since it looked last
    repo.write({ '.gitattributes': '*.txt filter=x\n', 'src/a.txt': 'changed\n' });
    await refused(repo, EXECUTE, [
      /Git could not read this repository/,
      /Mend what git complains about, then start again/,
    ]);
  }));

test('a second run in the same tree says who works there, not that a folder is in its way [W1]', () =>
  withCrew({ claude: { implement: 'mark claude\nwait_for go\nsay done' } }, async (repo) => {
    const first = repo.startMm([...EXECUTE], { deadline: 150_000 });
    await repo.reached('claude');
    const second = await repo.runMm([...EXECUTE]);
    assert.is(second.code, 2, second.stderr);
    assert.match(second.stderr, /is working in this tree/);
    assert.not.match(second.stderr, /is there already/);
    repo.release('go');
    const ended = await first.exit;
    assert.is(ended.code, 0, ended.stderr);
  }));

test("paths with spaces, quotes, line ends, unicode and a leading dash are no trouble, the repository's own and a model's [Y2]", () =>
  withCrew(
    {
      name: '-my "odd" $HOME\n`repo`\' ü',
      files: { '-f "q" $x\n\'ü.txt': 'old\n' },
      codex: null,
      gemini: {
        implement: `put $'./-f "q" $x\\n\\'\\xc3\\xbc.txt' new\nput './--all' "a dash"\nput './ ' "a space"\nsay done`,
      },
    },
    async (repo) => {
      repo.write({ 'README.md': '# Mine\n', '-mine.txt': 'mine\n' });
      const before = repo.state();
      const result = await execute(repo);
      assert.is(result.code, 0, result.stderr);
      assert.equal(
        [repo.read('-f "q" $x\n\'ü.txt'), repo.read('--all'), repo.read(' ')],
        ['new\n', 'a dash\n', 'a space\n'],
      );
      assert.equal([repo.read('README.md'), repo.read('-mine.txt')], ['# Mine\n', 'mine\n']);
      const after = repo.state();
      assert.equal(
        [after.index, after.neighbours, after.stashes, after.refs],
        [before.index, before.neighbours, before.stashes, before.refs],
      );
    },
  ));

test.run();
