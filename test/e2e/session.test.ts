// The session's folder and record, what a child process gets, and how the program ends: as the contract promises.
// deadline: 600
import { execFileSync } from 'node:child_process';
import { existsSync, lchownSync, lstatSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stateRoot } from '../../lib/session/home.ts';
import { EXECUTE, eventsOf, execute, inSession, once, readAll, withCrew } from '../support/crew.ts';
import { sessionFolders } from '../support/mm.ts';

/** The document's own commands for a repository's identity. */
const IDENTITY = `
REPO_TOPLEVEL="$(git rev-parse --show-toplevel)"
REPO_SLUG="$(basename "$REPO_TOPLEVEL" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9._-]/-/g')"
REPO_ORIGIN="$(git remote get-url origin 2>/dev/null || true)"
if [ -n "$REPO_ORIGIN" ]; then REPO_KEY="\${REPO_ORIGIN}|\${REPO_SLUG}"; else REPO_KEY="$REPO_TOPLEVEL"; fi
REPO_ID="$(printf '%s' "$REPO_KEY" | sha256sum | cut -c1-12)"
printf '%s\\n%s' "$REPO_SLUG" "$REPO_ID"`;

const KEYS = {
  ANTHROPIC_API_KEY: 'key-of-claude',
  GEMINI_API_KEY: 'key-of-gemini',
  OPENAI_API_KEY: 'key-of-codex',
  CURSOR_API_KEY: 'key-of-agent',
  DEPLOY_ACCESS_TOKEN: 'key-of-nobody',
};

/** One whole run, looked at by many tests. */
const completed = once(() =>
  withCrew(
    {
      name: 'My Project',
      files: { 'check.sh': 'env -0 >"$MM_TEST_LOG/gate-$MM_SLOT"\n' },
      claude: {
        explore: 'say "the map"',
        implement: 'mark started\nwait_for go\nput src/a.txt "a of claude"\ncomplain hm of claude\nsay claude did it',
      },
    },
    async (repo) => {
      repo.git('remote', 'add', 'origin', 'https://example.invalid/team/project.git');
      const env = {
        ...KEYS,
        GIT_DIR: join(repo.root, 'elsewhere'),
        GIT_INDEX_FILE: join(repo.root, 'index'),
        GIT_AUTHOR_NAME: 'x',
      };
      const started = repo.startMm([...EXECUTE, '--json'], { env, deadline: 150_000 });
      await repo.reached('started');
      await repo.reached('gate-base'); // nobody waits for that once every candidate has passed
      const dir = sessionFolders(repo.sessions)[0]!;
      const during = JSON.parse(readFileSync(join(dir, 'session.json'), 'utf8'));
      repo.release('go');
      const result = await started.exit;
      const identity = execFileSync('bash', ['-c', IDENTITY], {
        cwd: repo.dir,
        env: { ...repo.env },
        encoding: 'utf8',
      });
      return {
        result,
        during,
        identity: identity.split('\n') as [string, string],
        top: repo.dir,
        root: repo.sessions,
        all: readAll(repo.sessions),
        events: eventsOf(result),
        calls: repo.calls(),
        base: repo.git('rev-parse', 'HEAD'),
        link: readlinkSync(join(repo.root, 'ai-aip')),
        gateEnv: Object.fromEntries(
          ['base', 'claude', 'gemini', 'composite'].map((id) => [
            id,
            readFileSync(join(repo.log, `gate-${id}`), 'utf8').split('\0'),
          ]),
        ),
        pid: started.pid,
      };
    },
  ),
);

const folderOf = async () => {
  const { result, root } = await completed();
  return (result.sessionDir as string).slice(root.length + 1);
};

test('the repository has the identity that the document computes, with repo.json beside its sessions [D3, D5]', async () => {
  const { identity, all, top } = await completed();
  const [slug, id] = identity;
  assert.is(slug, 'my-project');
  assert.match(id, /^[0-9a-f]{12}$/);
  assert.ok(all[`repos/${slug}--${id}/sessions/execute/`], Object.keys(all).join('\n'));
  assert.equal(JSON.parse(all[`repos/${slug}--${id}/repo.json`]?.text ?? ''), {
    schema_version: 1,
    slug,
    id,
    toplevel: top,
    origin: 'https://example.invalid/team/project.git',
  });
});

test('the session has its id and its folders, all closed to others [D4]', async () => {
  const { result, all, pid } = await completed();
  const folder = await folderOf();
  const id = folder.split('/').at(-1) as string;
  assert.match(id, /^\d{8}-\d{6}Z-\d+-[0-9a-f]{4}$/);
  assert.ok(pid > 0);
  assert.match(folder, /^repos\/my-project--[0-9a-f]{12}\/sessions\/execute\//);
  for (const name of [
    '',
    'pass-0001/',
    'pass-0001/outputs/',
    'pass-0001/stderr/',
    'pass-0001/diffs/',
    'pass-0001/files/',
  ])
    assert.is(all[`${folder}/${name}`]?.mode, '700', name);
  assert.is(result.session.session_id, id);
  assert.is(result.session.session_dir, result.sessionDir);
});

test('session.json tells of the run, while it lasts and at its end [D6]', async () => {
  const { during, result, base } = await completed();
  const { session } = result;
  assert.is(during.status, 'in_progress');
  assert.is(during.completed_passes, 0);
  assert.is(during.completed_at, null);
  for (const key of [
    'schema_version',
    'session_id',
    'session_dir',
    'command',
    'recipe',
    'status',
    'branch',
    'ref',
    'trunk',
    'stash',
    'prompt_summary',
    'pass_count',
    'completed_passes',
    'created_at',
    'updated_at',
    'completed_at',
    'models',
    'passes',
    'result',
  ])
    assert.ok(key in session, key);
  assert.is(session.schema_version, 1);
  assert.is(session.command, 'execute');
  assert.is(session.status, 'completed');
  assert.equal([session.branch, session.ref, session.trunk, session.stash], ['main', base, 'main', null]);
  assert.is(session.prompt_summary, 'Write greetings');
  assert.equal([session.pass_count, session.completed_passes], [1, 1]);
  for (const at of ['created_at', 'updated_at', 'completed_at'])
    assert.match(session[at], /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.equal(
    Object.entries(session.models).map(([slot, model]) => {
      const { status, backend, workspace, why } = model as Record<string, unknown>;
      return [slot, status, backend, workspace, why];
    }),
    [
      ['claude', 'available', 'claude', 'main', null],
      ['gemini', 'available', 'gemini', 'worktree', null],
      ['gpt', 'available', 'codex', 'worktree', null],
    ],
  );
  const [pass] = session.passes;
  assert.is(pass.number, 1);
  for (const slot of ['claude', 'gemini', 'gpt']) {
    const model = pass.models[slot];
    assert.is(model.status, 'ok');
    assert.match(model.tree, /^[0-9a-f]{40}$/);
    assert.ok(model.files_changed > 0);
    assert.is(model.attempts.length, 1);
    const [attempt] = model.attempts;
    assert.equal([attempt.exit_code, attempt.signal, attempt.failure], [0, null, null]);
    assert.type(attempt.elapsed_ms, 'number');
    assert.equal(model.gates, { tests: 'pass' });
  }
  assert.ok(['judge', 'evidence'].includes(pass.plan.decided_by));
  for (const pick of pass.plan.files)
    assert.equal(
      [typeof pick.path, typeof pick.from, typeof pick.why, pick.action],
      ['string', 'string', 'string', 'write'],
    );
  assert.match(session.result.tree, /^[0-9a-f]{40}$/);
  assert.equal(session.result.gates, { tests: 'pass' });
  assert.type(session.result.integrated, 'boolean');
});

test('--json prints exactly session.json and nothing else on standard output', async () => {
  const { result } = await completed();
  assert.equal(JSON.parse(result.stdout), result.session);
  assert.is(result.stdout.trim(), JSON.stringify(result.session, null, 2));
});

test('--json prints one document also where no session was begun: the same keys, and why', () =>
  withCrew({}, async (repo) => {
    const known = Object.keys((await completed()).result.session);
    for (const [args, code, status, what] of [
      [['execute', '', '--headless'], 2, 'failed', /task is empty/],
      [['execute', 'x', '--passes', 'many'], 2, 'failed', /--passes many/],
      [['exekute', 'x'], 2, 'failed', /no recipe/],
      [['execute', 'x', '--dry-run', '--headless'], 0, 'declined', /^$/],
    ] as const) {
      const result = await repo.runMm([...args, '--json']);
      assert.is(result.code, code, result.stderr);
      const document = JSON.parse(result.stdout);
      assert.equal(
        known.filter((key) => !(key in document)),
        [],
        args.join(' '),
      );
      assert.equal([document.schema_version, document.status], [1, status]);
      assert.match(document.failure?.what ?? '', what);
      assert.is('dry_run' in document, code === 0);
    }
    assert.equal(sessionFolders(repo.sessions), []);
  }));

test('events.jsonl holds the start, every step between, the pass and the end [D7]', async () => {
  const { events } = await completed();
  assert.is(events[0]?.type, 'session_start');
  assert.is(events.at(-1)?.type, 'session_complete');
  assert.equal(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  );
  const types = events.map(({ type }) => type);
  assert.ok(types.indexOf('pass_complete') > 0 && types.indexOf('pass_complete') < types.length - 1);
  const started = events.flatMap((event) => (event.type === 'step_start' ? [event.key] : []));
  const ended = events.flatMap((event) => (event.type === 'step_end' ? [event.key] : []));
  assert.equal([...started].sort(), [...ended].sort());
  const executors = new Set(events.flatMap((event) => (event.type === 'step_start' ? [event.executor] : [])));
  for (const executor of [
    'repository',
    'detect',
    'workspace',
    'model',
    'capture',
    'gates',
    'judge',
    'compose',
    'review',
    'apply',
    'write',
  ])
    assert.ok(executors.has(executor), executor);
});

test('metadata.md says command, start, passes, models, timeout, branch and commit [D8]', async () => {
  const { all, result, base } = await completed();
  const text = all[`${await folderOf()}/metadata.md`]?.text ?? '';
  for (const line of [
    '- Command: execute',
    `- Started: ${result.session.created_at}`,
    '- Passes: 1',
    '- Models: Claude, Gemini, GPT',
    '- Timeout: 1200s',
    '- Branch: main',
    `- Ref: ${base}`,
  ])
    assert.ok(text.includes(line), `${line}\n${text}`);
});

test('latest and the compatibility link point where they should [D2, D9]', async () => {
  const { all, root, link } = await completed();
  const folder = await folderOf();
  const latest = `${folder.split('/').slice(0, -1).join('/')}/latest`;
  assert.is(all[latest]?.text, `-> ${folder.split('/').at(-1)}`);
  assert.is(link, root);
});

test('prompt, outputs, errors, diffs, files and reports lie in the pass [R1, R4, A1, A2, A7, S4]', async () => {
  const { all } = await completed();
  const pass = `${await folderOf()}/pass-0001`;
  const text = (path: string) => all[`${pass}/${path}`]?.text ?? `no ${path}`;
  assert.match(text('prompt.md'), /Write greetings/);
  assert.match(text('prompt.md'), /Write in lower case/);
  assert.match(text('prompt.md'), /sh check\.sh/);
  assert.is(text('outputs/claude.md'), 'claude did it\n');
  assert.is(text('outputs/gpt.md'), 'gpt did it\n');
  assert.is(text('stderr/claude.txt'), 'hm of claude\n');
  assert.match(text('diffs/gemini.diff'), /^\+b, BEST$/m);
  assert.is(text('files/gemini/src/b.txt'), 'b, BEST\n');
  assert.is(text('files/gpt/src/c.txt'), 'c of gpt\n');
  assert.match(text('quality-gates.md'), /\| Gemini \| pass/);
  assert.match(text('synthesis.md'), /## Synthesis Plan/);
  assert.is(text('gates/gemini/tests.txt'), '');
  assert.equal(
    JSON.parse(text('plan.json'))
      .files.map((file: { path: string }) => file.path)
      .sort(),
    ['src/a.txt', 'src/b.txt', 'src/c.txt'],
  );
});

test("a child sees what the contract promises, and only its own vendor's keys", async () => {
  const { calls, result, gateEnv } = await completed();
  const seen = calls.filter(({ step }) => step === 'implement');
  assert.equal(seen.map(({ slot }) => slot).sort(), ['claude', 'gemini', 'gpt']);
  const own: Record<string, string> = { claude: 'ANTHROPIC_API_KEY', gemini: 'GEMINI_API_KEY', gpt: 'OPENAI_API_KEY' };
  for (const { slot, env, cwd } of seen) {
    assert.is(env.MM_SESSION_ID, result.session.session_id);
    assert.is(env.MM_SESSION_DIR, result.sessionDir);
    assert.equal([env.MM_PASS, env.MM_STEP], ['1', 'implement']);
    assert.is(env.MM_PROMPT_FILE, join(result.sessionDir as string, 'pass-0001/prompt.md'));
    assert.match(env.MM_PORT ?? '', /^\d{4,5}$/);
    assert.equal(
      Object.keys(KEYS).filter((name) => name in env),
      [own[slot]],
      slot,
    );
    assert.equal(
      Object.keys(env).filter((name) => ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_WORK_TREE'].includes(name)),
      [],
    );
    assert.ok(cwd.length > 0);
  }
  assert.is(new Set(seen.map(({ env }) => env.MM_PORT)).size, 3);
  for (const step of ['explore', 'compare']) {
    const call = calls.find((each) => each.step === step);
    assert.equal([call?.slot, call?.env.MM_PASS], ['claude', '1'], step);
    assert.match(readText(call?.env.MM_PROMPT_FILE), new RegExp(`pass-0001/prompt\\.${step}\\.claude`));
  }
  for (const [id, lines] of Object.entries(gateEnv)) {
    assert.ok(lines.includes(`MM_SESSION_ID=${result.session.session_id}`), id);
    assert.ok(lines.includes('MM_PASS=1') && lines.includes('MM_STEP=tests') && lines.includes(`MM_SLOT=${id}`), id);
    assert.ok(
      lines.some((line) => /^MM_PORT=\d+$/.test(line)),
      id,
    );
    assert.not.ok(
      lines.some((line) => /^(GIT_DIR|GIT_INDEX_FILE)=|key-of-/.test(line)),
      lines.join('\n'),
    );
  }
});

const readText = (text: string | undefined): string => text ?? '';

test('the root is AI_AIP_ROOT, else XDG_STATE_HOME, else the home folder; another repository run keeps repo.json [D1, D5, D9]', () =>
  withCrew({ gemini: null, codex: null }, async (repo) => {
    const xdg = join(repo.root, 'state');
    const places = [
      { env: { AI_AIP_ROOT: null, XDG_STATE_HOME: xdg }, root: join(xdg, 'ai-aip') },
      {
        env: { AI_AIP_ROOT: null },
        root:
          process.platform === 'darwin'
            ? join(repo.home, 'Library/Application Support/ai-aip')
            : join(repo.home, '.local/state/ai-aip'),
      },
      { env: { XDG_STATE_HOME: xdg }, root: repo.sessions },
    ];
    for (const { env, root } of places) {
      assert.not.ok(existsSync(join(root, 'repos')));
      const result = await execute(repo, [], { env });
      assert.is(result.code, 0, result.stderr);
      assert.is(sessionFolders(root).length, 1);
      repo.git('checkout', '--quiet', '.');
    }
    const first = sessionFolders(repo.sessions)[0] as string;
    const repoJson = join(first, '../../../repo.json');
    writeFileSync(repoJson, '{ "mine": true }\n');
    assert.is((await execute(repo)).code, 0);
    assert.is(readFileSync(repoJson, 'utf8'), '{ "mine": true }\n');
    const second = sessionFolders(repo.sessions)[1] as string;
    assert.is(readlinkSync(join(first, '../latest')), second.split('/').at(-1));
    assert.is(stateRoot({ HOME: '/Users/x' }, 'darwin'), '/Users/x/Library/Application Support/ai-aip');
  }));

test('what another put in the place of the compatibility link is left alone, with a note [D2]', () =>
  withCrew({ gemini: null, codex: null }, async (repo) => {
    const link = join(repo.root, 'ai-aip');
    writeFileSync(link, 'mine\n');
    const result = await execute(repo);
    assert.is(result.code, 0, result.stderr);
    assert.is(readFileSync(link, 'utf8'), 'mine\n');
    assert.ok(eventsOf(result).some((event) => event.type === 'note' && event.text.includes(`${link} is not a link`)));
    if (process.getuid?.() !== 0) return;
    repo.git('checkout', '--quiet', '.');
    repo.write({ '../../ai-aip': null });
    symlinkSync('/nowhere', link);
    lchownSync(link, 12345, 12345);
    const again = await execute(repo);
    assert.is(again.code, 0, again.stderr);
    assert.is(readlinkSync(link), '/nowhere');
    assert.is(lstatSync(link).uid, 12345);
    assert.ok(eventsOf(again).some((event) => event.type === 'note' && event.text.includes('belongs to another user')));
  }));

test('Ctrl-C ends the run with 130 and puts the tree back; the session says interrupted [Y5]', () =>
  withCrew(
    { claude: { implement: 'put src/a.txt half\nput src/new.txt half\nmark started\nwait_for never' } },
    async (repo) => {
      repo.write({ 'README.md': '# Mine\n', 'notes.txt': 'mine\n' });
      repo.git('add', 'README.md');
      const before = repo.state();
      const started = repo.startMm([...EXECUTE], { deadline: 150_000 });
      await repo.reached('started');
      assert.is(repo.has('notes.txt'), false);
      started.kill('SIGINT');
      const result = await started.exit;
      assert.is(result.code, 130, result.stderr);
      assert.equal(repo.state(), before);
      assert.is(result.session.status, 'interrupted');
      assert.is(eventsOf(result).at(-1)?.type, 'session_complete');
      assert.match(inSession(result, 'summary.md'), /Interrupted/);
    },
  ));

test.run();
