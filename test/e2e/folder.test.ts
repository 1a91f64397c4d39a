// recipes/folder.yaml: a plain folder without git, in which several models write. The same promises as in a repository:
// nothing of the user's is lost, and everything is as it was after a failure, an interrupt or a kill.
// deadline: 900
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Entry, inSession } from '../support/crew.ts';
import { beside, documents, RUN, WRITERS, withFolder } from '../support/plain-folder.ts';
import { withTerminal } from '../support/terminal.ts';

const withResult = (before: Readonly<Record<string, Entry>>): Readonly<Record<string, Entry>> => {
  const { 'notes/three.md': _, ...rest } = before;
  return {
    ...rest,
    'one.md': { ...before['one.md']!, text: 'one, BEST\n' },
    'two.md': { ...before['two.md']!, text: 'two, BEST\n' },
    'four/': { mode: '755', text: null },
    'four/five.md': { mode: '644', text: 'five, BEST\n' },
  };
};

test('several models write in a folder without git, each in a copy of its own; the best of each comes in, and out again [F1]', () =>
  withFolder({}, async (repo) => {
    const before = documents(repo);
    const result = await repo.runMm(RUN, { deadline: 150_000 });
    assert.is(result.code, 0, result.stderr);
    assert.equal(documents(repo), withResult(before));
    assert.equal(beside(repo), ['essays']);
    const { session } = result;
    assert.equal([session.status, session.branch, session.repository], ['completed', null, repo.dir]);
    assert.equal(
      session.result.files.map(({ path, from }: { path: string; from: string }) => `${path} ${from}`).sort(),
      ['four/five.md gpt', 'notes/three.md gemini', 'one.md claude', 'two.md gemini'],
    );
    const implementing = repo.calls().filter(({ step }) => step === 'implement');
    assert.equal(
      implementing.map(({ cwd }) => cwd).sort(),
      ['claude', 'gemini', 'gpt'].map((slot) => `${repo.dir}-mm-${slot}`),
    );
    assert.match(implementing[0]!.stdin, /Write better[\s\S]*Write in lower case/);
    assert.not.match(inSession(result, 'pass-0001/outputs/claude.md'), /private/);
    const [judged] = repo.calls().filter(({ step }) => step === 'compare');
    assert.match(judged!.stdin, /## Candidate A[\s\S]*## Candidate B/);
    assert.not.match(judged!.stdin, /claude|gemini|gpt/i);
    assert.match(result.stdout, /The documents are in your folder/);

    // looked at from inside, and taken out again: byte for byte, modes too
    const shown = await repo.runMm(['show', 'latest'], { cwd: join(repo.dir, 'notes') });
    assert.is(shown.code, 0, shown.stderr);
    assert.is((await repo.runMm(['report', 'latest'])).code, 0);
    assert.not.match(inSession(result, 'report.html'), 'The files cannot be shown');
    const undone = await repo.runMm(['undo'], { cwd: join(repo.dir, 'notes') });
    assert.is(undone.code, 0, undone.stderr);
    assert.equal(documents(repo), before);
    const cleaned = await repo.runMm(['clean', '--sessions']);
    assert.is(cleaned.code, 0, cleaned.stderr);
    assert.equal(
      readdirSync(join(repo.sessions, 'repos')).flatMap((name) =>
        readdirSync(join(repo.sessions, 'repos', name)).filter((each) => each.endsWith('.git')),
      ),
      [],
    );
  }));

test('a dry run says what would happen and writes nothing anywhere; without --yes nothing is applied, and a model can still be told what to change [F1]', () =>
  withFolder({}, async (repo) => {
    const before = documents(repo);
    const checked = await repo.runMm(['check', 'folder']);
    assert.is(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /This folder\n.*folder: .*essays[\s\S]*can begin here/);
    const dry = await repo.runMm([...RUN, '--dry-run']);
    assert.is(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, /make a clone at \.\.\/essays-mm-claude\n[\s\S]*ask you to accept/);
    assert.not.ok(existsSync(join(repo.sessions, 'repos')));
    const declined = await repo.runMm(RUN.slice(0, 3), { deadline: 150_000 });
    assert.is(declined.code, 3, declined.stderr);
    assert.equal([documents(repo), beside(repo)], [before, ['essays']]);

    // told afterwards what to change, a model goes on with its own version
    const args = ['revise', declined.session.session_id, 'gemini', 'shorter', '--yes'];
    const revised = await repo.runMm(args, { deadline: 150_000 });
    assert.is(revised.code, 0, revised.stderr);
    const told = repo.calls().find(({ step }) => step === 'revise');
    assert.match(told!.stdin, /wants this changed:\n\nshorter\n/);
    const result = withResult(before);
    assert.equal(documents(repo), { ...result, 'two.md': { ...result['two.md']!, text: 'two, BEST, short\n' } });
    assert.equal(beside(repo), ['essays']);
  }));

const OWN = `recipe: 1
name: translate
extends: execute
set: { slots.*.workspace: clone }
gates: { complete: { run: "test -s de/one.md" } }
phases:
  - id: all
    steps:
      - { task: What? }
      - { folder: docs, most: 1, save: docs }
      - { find_gates: {} }
      - { detect: slots }
      - id: translations
        for: slots.available
        parallel: true
        optional: true
        steps:
          - { workspace: "../\${docs.slug}-\${slot.id}", branch: "mm/\${slot.id}" }
          - { id: implement, model: "\${slot.id}", template: do }
          - { capture: "\${slot.id}", save: text }
          - { gates: "\${text}" }
      - { gates: "\${docs.tree}" }
      - { compose: translations, grain: candidate, save: best }
      - { review: "\${best}" }
      - { apply: "\${best}" }
prompts: { do: "\${task}" }
`;

test('another way to work in a folder is another recipe: gates prove a translation, whole candidates are chosen [F1]', () => {
  const writers = {
    claude: { implement: 'put de/draft.md "nichts"' },
    gemini: { implement: 'put de/one.md "eins"' },
  };
  return withFolder({ files: { 'docs/one.md': 'one\n', 'mine.md': 'mine\n' }, writers }, async (repo) => {
    const recipe = join(repo.root, 'translate.yaml');
    writeFileSync(recipe, OWN);
    const before = documents(repo);
    const result = await repo.runMm([recipe, 'Translate', '--headless', '--yes'], { deadline: 150_000 });
    assert.is(result.code, 0, result.stderr);
    assert.equal(documents(repo), {
      ...before,
      'docs/de/': { mode: '755', text: null },
      'docs/de/one.md': { mode: '644', text: 'eins\n' },
    });
    assert.equal(result.session.result.gates, { complete: 'pass' });
  });
});

for (const [what, files, said] of [
  [
    'a folder inside a repository',
    { '../.git/HEAD': 'ref: refs/heads/main\n' },
    /is inside the git repository .*: this recipe is for folders without git/,
  ],
  [
    'a repository within',
    {
      'inner/.git/HEAD': 'ref: refs/heads/main\n',
      'inner/.git/objects/x': '',
      'inner/.git/refs/x': '',
      'inner/a.md': 'a\n',
    },
    /There are git repositories in .*essays:\s+inner\/\s[\s\S]*name them in a \.gitignore/,
  ],
  [
    'too many megabytes',
    { 'large.bin': new Uint8Array(3 * 1024 * 1024) },
    /is too large: 2 files with 3 MiB[\s\S]*limit is 1 MiB in 20,000 files/,
  ],
] as const)
  test(`${what} is refused, and nothing is touched [F2]`, () =>
    withFolder({ files: { 'a.md': 'a\n', ...files } }, async (repo) => {
      const recipe = join(repo.root, 'small.yaml');
      writeFileSync(
        recipe,
        'recipe: 1\nname: small\nextends: folder\nphases: [{ id: a, steps: [{ task: x }, { folder: ., most: 1, save: folder }, { detect: slots }, { workspace: scratch }] }]\n',
      );
      const before = documents(repo);
      const result = await repo.runMm([recipe, 'Write', '--headless', '--yes']);
      assert.is(result.code, 2, result.stderr);
      assert.match(result.stderr, said);
      assert.equal(documents(repo), before);
      assert.not.ok(existsSync(join(repo.sessions, 'repos')));
    }));

test('no such folder, sessions within it, and a model that wants a worktree are refused [F2]', () =>
  withFolder({}, async (repo) => {
    const own = (name: string, text: string): string => {
      const recipe = join(repo.root, `${name}.yaml`);
      writeFileSync(recipe, `recipe: 1\nname: ${name}\nextends: folder\n${text}`);
      return recipe;
    };
    const steps = (folder: string) =>
      `phases: [{ id: a, steps: [{ task: x }, { folder: ${folder}, save: folder }, { detect: slots }, { workspace: scratch }] }]\n`;
    const before = documents(repo);
    for (const [recipe, env, said] of [
      [own('none', steps('nowhere')), {}, /nowhere is not a folder/],
      [own('file', steps('one.md')), {}, /one\.md is not a folder/],
      [
        own('within', steps('.')),
        { AI_AIP_ROOT: join(repo.dir, 'state') },
        /Sessions lie in .*state, which is inside .*essays/,
      ],
      [
        own('tree', 'set: { slots.*.workspace: worktree }\n'),
        {},
        /Claude can't work in a plain folder or a worktree of it[\s\S]*slots\.\*\.workspace: clone/,
      ],
    ] as const) {
      const result = await repo.runMm([recipe, 'Write', '--headless', '--yes'], { env });
      assert.is(result.code, 2, result.stderr);
      assert.match(result.stderr, said);
    }
    assert.equal(documents(repo), before);
    // the same folder is no repository for other recipes, before and after sessions in it
    const other = await repo.runMm(['execute', 'Write', '--headless', '--yes']);
    assert.equal([other.code, /is not inside a git repository/.test(other.stderr)], [2, true]);
  }));

const unlessRoot = process.getuid?.() === 0 ? test.skip : test;
unlessRoot("what can't be read is named before anything begins [F2]", () =>
  withFolder({ files: { 'a.md': { text: 'a\n', mode: 0o000 } } }, async (repo) => {
    const result = await repo.runMm(RUN);
    assert.is(result.code, 2, result.stderr);
    assert.match(result.stderr, /Not everything in .*essays can be read:\s+a\.md/);
  }),
);

test('interrupted while they write, the folder is as it was, and the run can be gone on with, but not on other files [F3]', () => {
  const writers = {
    ...WRITERS,
    claude: {
      ...(WRITERS.claude as object),
      implement: 'mark writing\nonce first && wait_for never\nput one.md "one, BEST"',
    },
  };
  return withFolder({ writers }, async (repo) => {
    const before = documents(repo);
    const started = repo.startMm(RUN, { deadline: 150_000 });
    await repo.reached('writing');
    await started.waitFor(/Gemini: 3 files changed/);
    started.kill('SIGINT');
    const interrupted = await started.exit;
    assert.is(interrupted.code, 130, interrupted.stderr);
    assert.equal([documents(repo), beside(repo)], [before, ['essays']]);

    repo.write({ 'one.md': 'mine, meanwhile\n' });
    const refused = await repo.runMm(['resume', '--yes'], { deadline: 150_000 });
    assert.is(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, /can't be gone on with: .*essays is not as it was when it began/);
    assert.is(repo.read('one.md'), 'mine, meanwhile\n');

    repo.write({ 'one.md': 'one\n' });
    const resumed = await repo.runMm(['resume', '--yes'], { deadline: 150_000 });
    assert.is(resumed.code, 0, resumed.stderr);
    assert.equal([repo.read('one.md'), repo.read('two.md')], ['one, BEST\n', 'two, BEST\n']);
    assert.is(repo.calls('gemini').filter(({ step }) => step === 'implement').length, 1);
  });
});

const EDITING = {
  ...WRITERS,
  claude: {
    ...(WRITERS.claude as object),
    implement: 'mark writing\nwait_for edited\nput one.md "one, BEST"\nput lines.txt "replaced"',
  },
};

test('what the user writes meanwhile stays: alone nothing is applied over it, and asked, they decide [F3]', () =>
  withFolder({ writers: EDITING }, async (repo) => {
    const started = repo.startMm(RUN, { deadline: 150_000 });
    await repo.reached('writing');
    repo.write({ 'one.md': 'mine, meanwhile\n', 'new.md': 'mine too\n' });
    const before = documents(repo);
    repo.release('edited');
    const result = await started.exit;
    assert.is(result.code, 1, result.stderr);
    assert.match(result.stderr, /one\.md|changed/);
    assert.equal([documents(repo), beside(repo)], [before, ['essays']]);
  }));

test('at a terminal the user says that it was them: what does not meet their words comes in, and what does is refused [F3]', () =>
  withFolder({ writers: EDITING }, (repo) =>
    withTerminal(repo, RUN.slice(0, 2), { rows: 60 }, async (terminal) => {
      await terminal.waitFor(/Timeout for external/);
      terminal.press('Enter');
      await repo.reached('writing');
      repo.write({ 'new.md': 'mine too\n' });
      repo.release('edited');
      assert.not.match(await terminal.waitFor(/Accept[\s\S]*Decline/), /another pass/);
      terminal.press('Enter');
      await terminal.waitFor(/What now\?/);
      terminal.press('Down', 'Enter');
      const { code } = await terminal.exit();
      assert.is(code, 0);
      assert.equal([repo.read('new.md'), repo.read('one.md')], ['mine too\n', 'one, BEST\n']);
    }),
  ));

test.run();
