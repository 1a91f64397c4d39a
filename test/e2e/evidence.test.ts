// What is measured and how it decides: states of gates, everyone's tests on everyone's code, several judges, places within
// files, and what integration may change.
// deadline: 600
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXECUTE, eventsOfType, execute, inSession, withCrew } from '../support/crew.ts';
import type { Files } from '../support/repo.ts';

/** A test runner of a few lines: runs test/*.sh and tells of them as TAP does. */
const RUNNER = [
  'status=0 n=0',
  'for t in test/*.sh; do',
  '  n=$((n+1))',
  '  if sh "$t" >/dev/null 2>&1; then echo "ok $n - $t"; else echo "not ok $n - $t"; echo "  in $t: $(cat "$t")"; status=1; fi',
  'done',
  'exit $status',
  '',
].join('\n');
const TESTED: Files = { 'check.sh': RUNNER, 'test/base.sh': 'test -s src/b.txt\n' };

interface Cell {
  readonly tests_of: string;
  readonly code_of: string;
  readonly tree: string;
  readonly state: string;
  readonly failing: readonly string[];
}
interface PlannedFile {
  readonly path: string;
  readonly from: string;
  readonly by: string;
}

const froms = (plan: { readonly files: readonly PlannedFile[] }) =>
  Object.fromEntries(plan.files.map(({ path, from }) => [path, from]));

test('once every candidate passes, nobody waits for the gates on the untouched base: they are ended [A3]', () => {
  const implement = 'until [ -e "$TMPDIR/base" ]; do sleep 0.02; done\nput made "by $AGENT"\nsay done';
  const files = { 'check.sh': '[ -e made ] && exit 0\necho began >"$TMPDIR/base"\nexec sleep 1000\n' };
  return withCrew(
    { files, claude: { implement, compare: 'prefer made' }, gemini: { implement }, codex: { implement } },
    async (repo) => {
      const result = await execute(repo, ['--json']);
      assert.is(result.code, 0, result.stderr);
      const [pass] = result.session.passes;
      assert.is(pass.gate_results.base.tests.state, 'skipped');
      assert.equal(
        ['claude', 'gemini', 'gpt'].map((id) => pass.gate_results[id].tests.state),
        ['pass', 'pass', 'pass'],
      );
      assert.is(pass.plan.proven, true);
      assert.equal(pass.plan.indicted, []);
      assert.ok(eventsOfType(result, 'note').some(({ text }) => /untouched base was not waited for/.test(text)));
    },
  );
});

test('each model’s tests run on the others’ code; the tests decide, doubtful ones are told and do not; no tree is tested twice [A3, A4, A5]', () =>
  withCrew(
    {
      files: TESTED,
      claude: {
        implement: 'put src/a.txt "wrong, and so on"\nput test/claude.sh "grep -q , src/a.txt"\nsay done',
        compare: 'say I cannot tell',
      },
      gemini: { implement: 'put src/a.txt "right, by gemini"\nput test/gemini.sh "grep -q right src/a.txt"\nsay done' },
      codex: { implement: 'put src/a.txt "right and odd"\nput test/gpt.sh "grep -q odd src/a.txt"\nsay done' },
    },
    async (repo) => {
      const result = await execute(repo, ['--json']);
      assert.is(result.code, 0, result.stderr);
      const [pass] = result.session.passes;
      const cells = pass.cross_gates as readonly Cell[];
      const state = (tests_of: string, code_of: string) =>
        cells.find((cell) => cell.tests_of === tests_of && cell.code_of === code_of)?.state;
      assert.equal(
        ['claude', 'gemini', 'gpt'].map((code) => ['claude', 'gemini', 'gpt'].map((tests) => state(tests, code))),
        [
          ['pass', 'fail', 'fail'],
          ['pass', 'pass', 'fail'],
          ['fail', 'pass', 'pass'],
        ],
      );
      assert.equal(cells.find((cell) => cell.tests_of === 'gemini' && cell.code_of === 'claude')?.failing, [
        'test/gemini.sh',
      ]);
      assert.is(
        new Set(cells.map(({ tests_of, code_of, tree }) => `${tests_of} ${code_of} ${tree}`)).size,
        cells.length,
      );

      // claude's code fails tests that others vouch for; what only gpt's own code passes speaks against nobody
      const { plan } = pass;
      assert.is.not(froms(plan)['src/a.txt'], 'claude');
      // whatever passes on the chosen code comes with it, nobody is asked to make that fit, and paths keep their names
      for (const id of ['claude', 'gemini']) assert.is(froms(plan)[`test/${id}.sh`], id);
      assert.ok(['claude', 'gemini'].every((id) => repo.read(`test/${id}.sh`) !== ''));
      assert.is(repo.calls('claude').filter(({ step }) => step === 'integrate').length, 0);
      assert.match(plan.notes.join('\n'), /^Tests of others come with it.*: .*test\/claude\.sh \(Claude\)/m);
      assert.equal(plan.doubtful, [{ tests_of: 'gpt', test: 'test/gpt.sh' }]);
      const gates = inSession(result, 'pass-0001/quality-gates.md');
      const synthesis = inSession(result, 'pass-0001/synthesis.md');
      for (const text of [gates, synthesis]) {
        assert.match(text, /\| Code of \| Tests of Claude \| Tests of Gemini \| Tests of GPT \|\n/);
        assert.match(
          text,
          /\| Claude \| pass \| fail \(1 of 2\) \| fail \(1 of 2\) \|\n\| Gemini \| pass \| pass \| fail/,
        );
        assert.match(text, /`test\/gpt\.sh` of GPT is doubtful/);
      }
      const document = JSON.parse(inSession(result, 'pass-0001/plan.json'));
      assert.equal([document.cross_gates, document.doubtful], [cells, plan.doubtful]);
      assert.match(document.gates.base.tests.state, /^(pass|skipped)$/, 'nobody waited for it');
      assert.equal(JSON.parse(result.stdout), result.session);

      const measured = eventsOfType(result, 'gate_measured').map(({ key }) => key);
      assert.is(new Set(measured).size, measured.length);
      // what passed was run once, what failed once more before it was believed
      for (const { key, runs } of eventsOfType(result, 'gate_measured').filter(
        (each) => !/\/canary\//.test(each.runs[0]!.output), // there a failure is believed at once
      ))
        assert.is(runs.length, runs[0]?.exit_code === 0 ? 1 : 2, key);
    },
  ));

test('a recipe that names its own gates keeps everything else of the table: cross-gates run; gates see CI, models do not [A3, K4]', () =>
  withCrew(
    {
      codex: null,
      files: { ...TESTED, 'AGENTS.md': 'Write in lower case.\n', 'ci.sh': '[ "$CI" = true ]\n' },
      claude: {
        implement:
          '[ -z "${CI+set}" ] || exit 9\nput src/a.txt wrong\nput test/claude.sh "test -s src/a.txt"\nsay done',
      },
      gemini: { implement: 'put src/a.txt right\nput test/gemini.sh "grep -q right src/a.txt"\nsay done' },
    },
    async (repo) => {
      const recipe = join(repo.home, 'own.yaml');
      const gates = 'gates: { unit-tests: { run: [sh, check.sh] }, ci: { run: [sh, ci.sh] } }';
      writeFileSync(recipe, `recipe: 1\nname: own\nextends: execute\n${gates}\n`);
      const result = await repo.runMm([recipe, ...EXECUTE.slice(1)], {
        deadline: 150_000,
        env: { CI: null },
      });
      assert.is(result.code, 0, result.stderr);
      const cells = result.session.passes[0].cross_gates as readonly Cell[];
      assert.equal(
        cells
          .filter(({ tests_of, code_of }) => tests_of === 'gemini' && code_of !== 'composite')
          .map(({ code_of, state }) => [code_of, state])
          .sort(),
        [
          ['claude', 'fail'],
          ['gemini', 'pass'],
        ],
      );
    },
  ));

test('a value of CI that the user has set stays, an empty one too; a gate that watches until its limit is told so, once [A3]', () =>
  withCrew(
    {
      codex: null,
      files: {
        'ci.sh': '[ "${CI-unset}" = "" ]\n',
        'watch.sh': 'echo "Tests: 2 passed"\necho " > Press q to quit watch mode."\nexec sleep 600\n',
      },
    },
    async (repo) => {
      const recipe = join(repo.home, 'watching.yaml');
      const gates = 'gates: { ci: { run: [sh, ci.sh] }, tests: { run: [sh, watch.sh], timeout: 1s, required: false } }';
      writeFileSync(recipe, `recipe: 1\nname: watching\nextends: execute\n${gates}\n`);
      const result = await repo.runMm([recipe, ...EXECUTE.slice(1), '--set', 'options.cross_gates=false'], {
        deadline: 150_000,
        env: { CI: '' },
      });
      assert.is(result.code, 0, result.stderr);
      const notes = eventsOfType(result, 'note').filter(({ text }) => text.includes('watched for changes'));
      assert.equal(
        notes.map(({ text }) => text.includes('`sh watch.sh`') && text.includes('gates.tests.run')),
        [true],
      );
    },
  ));

test('every state of a gate is told apart, a gate that passes nowhere is indicted, and changes in different places of a file are merged [A3, Y2]', () =>
  withCrew(
    {
      codex: null,
      files: {
        'src/long.txt': 'one\ntwo\nthree\nfour\nfive\nsix\n',
        'src/line.txt': 'line\n',
        'old.sh': 'echo "old trouble in README.md"; exit 3\n',
        // fails the first time that it is run on a subject, and never after that
        'flaky.sh': 'mkdir "$MM_SESSION_DIR/flaky-$MM_SLOT" 2>/dev/null && exit 1; exit 0\n',
        'mine.sh': '! grep -q SPOILT src/b.txt\n',
      },
      claude: {
        implement:
          'sed s/one/ONE/ src/long.txt >l\nmv l src/long.txt\nput src/line.txt "of claude"\nput src/b.txt SPOILT\nsay done',
        compare: 'prefer BEST',
      },
      gemini: {
        implement: 'sed s/six/SIX/ src/long.txt >l\nmv l src/long.txt\nput src/line.txt "of gemini"\nsay done',
      },
    },
    async (repo) => {
      const recipe = join(repo.home, 'states.yaml');
      const gate = (id: string, run: string, more = '') =>
        `  ${id}: { run: ${run}, timeout: 1m, required: false${more} }`;
      writeFileSync(
        recipe,
        [
          'recipe: 1',
          'name: states',
          'extends: execute',
          'options: { grain: hunk, cross_gates: true, judges: [primary], integrate: before }',
          'gates:',
          gate('old', '[sh, old.sh]'),
          gate('gone', '[no-such-program-anywhere]'),
          gate('flaky', '[sh, flaky.sh]'),
          '  slow: { run: [sleep, "600"], timeout: 1s, required: false }',
          gate('mine', '[sh, mine.sh]'),
          '  tests: { run: [sh, check.sh], timeout: 1m }',
          '',
        ].join('\n'),
      );
      const result = await repo.runMm([recipe, ...EXECUTE.slice(1)], { deadline: 150_000 });
      assert.is(result.code, 0, result.stderr);
      const [pass] = result.session.passes;
      const states = (of: string) =>
        Object.fromEntries(
          Object.entries<{ state: string }>(pass.gate_results[of]).map(([id, { state }]) => [id, state]),
        );
      const always = { gone: 'missing', flaky: 'flaky', tests: 'pass' };
      assert.equal(states('base'), { ...always, old: 'fail', slow: 'timeout', mine: 'pass' });
      assert.equal(states('claude'), { ...always, old: 'already-failing', slow: 'already-failing', mine: 'fail' });
      assert.equal(states('gemini'), { ...always, old: 'already-failing', slow: 'already-failing', mine: 'pass' });
      assert.equal(pass.plan.indicted, ['old', 'gone', 'slow']);
      const gates = inSession(result, 'pass-0001/quality-gates.md');
      assert.match(gates, /\| Gemini \| already failing \| missing \| flaky \| already failing \| pass \| pass \|/);
      for (const id of ['old', 'gone', 'slow'])
        assert.match(
          gates,
          new RegExp(`- ${id} ${id === 'gone' ? 'could not be run' : 'passes nowhere'}, on the untouched base neither`),
        );
      assert.not.match(gates, /mine passes nowhere/);

      assert.equal(froms(pass.plan)['src/long.txt']?.split('+').sort(), ['claude', 'gemini']);
      assert.is(repo.read('src/long.txt'), 'ONE\ntwo\nthree\nfour\nfive\nSIX\n');
      assert.match(repo.read('src/line.txt'), /^of (claude|gemini)\n$/);
      assert.not.match(repo.read('src/b.txt'), /SPOILT/);
    },
  ));

test('a lane is prepared before its model starts; nothing that came so is anyone’s change or in the result', () =>
  withCrew(
    {
      codex: null,
      files: { '.gitignore': 'deps/\nshared/\n.env\n', 'setup.sh': 'echo "made in $MM_SLOT" >generated.txt\n' },
      claude: null,
      gemini: {
        implement:
          'for f in deps/lib shared/data .env generated.txt; do test -s "$f" || complain "no $f"; done\ntest -L shared || complain "no link"\nrm deps/lib\nput src/a.txt "a of gemini"\nsay done',
      },
    },
    async (repo) => {
      repo.write({ 'deps/lib': 'l\n', 'shared/data': 'd\n', '.env': 'KEY\n', '.worktreeinclude': '.env\n' });
      repo.git('add', '.worktreeinclude');
      repo.commit('what lanes need');
      const recipe = join(repo.home, 'prepared.yaml');
      writeFileSync(
        recipe,
        [
          'recipe: 1',
          'name: prepared',
          'extends: execute',
          'phases:',
          '  - id: context',
          '    steps:',
          '      - { task: What? }',
          '      - { repository: {}, save: repo }',
          '      - { read: [AGENTS.md], optional: true, save: conventions }',
          '      - { find_gates: { blocks: [AGENTS.md] } }',
          '      - { detect: slots }',
          '  - id: pass',
          '    steps:',
          '      - { write: prompt.md, template: implement }',
          '      - id: lanes',
          '        for: slots.available',
          '        parallel: true',
          '        optional: true',
          '        steps:',
          '          - { workspace: "../${repo.slug}-mm-${slot.id}", branch: "mm/${slot.id}/${pass.stamp}" }',
          '          - { prepare: { copy: [deps], link: [shared], run: [[sh, setup.sh]] } }',
          '          - { id: implement, model: "${slot.id}", prompt: prompt.md }',
          '          - { capture: "${slot.id}" }',
          '          - { gates: "${slot.id}" }',
          '      - { compose: candidate }',
          '  - id: synthesize',
          '    steps: [{ review: plan }, { apply: plan }]',
          '',
        ].join('\n'),
      );
      const result = await repo.runMm([recipe, ...EXECUTE.slice(1)], { deadline: 150_000 });
      assert.is(result.code, 0, result.stderr);
      assert.is(inSession(result, 'pass-0001/stderr/gemini.txt'), '');
      const { plan, models } = result.session.passes[0];
      assert.equal(
        plan.files.map(({ path }: PlannedFile) => path),
        ['src/a.txt'],
      );
      assert.is(models.gemini.files_changed, 1);
      assert.equal([repo.git('status', '--porcelain'), repo.read('deps/lib')], [' M src/a.txt', 'l\n']);
    },
  ));

const answer = (note: string) => `prefer "$1" | sed 's/"notes": "none"/"notes": "${note}"/'`;

test('several judges, each in two orders, no vote on their own; long differences are cut and said to be; a later pass gets what is open [A4, P3]', () =>
  withCrew(
    {
      files: { 'src/a.txt': 'a\n' },
      claude: {
        implement: 'put src/a.txt "a of claude, MINE"\nput src/b.txt "BROKEN"\nsay done',
        implement_2: 'put src/b.txt "b, in the end"\nsay done',
        compare: `set -- MINE\n${answer('B needs a name that A has')}`,
        integrate: 'say nothing to mend',
      },
      gemini: {
        implement:
          'put src/a.txt "a of gemini, BEST"\nflood 900000 >src/long.txt\nput src/b.txt "BROKEN too"\nsay done',
        implement_2: 'put src/b.txt "b at last"\nsay done',
        compare: `set -- BEST\n${answer('none')}`,
      },
      codex: {
        implement: 'put src/a.txt "a of gpt, FINE"\nput src/b.txt "BROKEN as well"\nsay done',
        implement_2: 'put src/b.txt "b, finally"\nsay done',
      },
    },
    async (repo) => {
      const args = ['--headless', '--yes', '--set', 'options.judges=[claude, gemini]'];
      const result = await repo.runMm([EXECUTE[0], 'x2 Write greetings', ...args], { deadline: 170_000 });
      assert.is(result.code, 0, result.stderr);
      const [first, second] = result.session.passes;
      const judges = first.judgements.map(({ judge }: { judge: string }) => judge).sort();
      assert.equal(judges, ['claude', 'claude', 'gemini', 'gemini']);
      // each of the two likes its own best, which counts for nothing: between the others they have nothing in common
      assert.ok(first.plan.undecided.includes('src/a.txt'), JSON.stringify(first.plan));

      const compared = repo.calls('claude').filter(({ step, pass }) => step === 'compare' && pass === '1');
      assert.is(compared.length, 2);
      assert.match(compared[0]!.stdin, /\(Cut: the whole difference has 9\d{5} bytes\.\)/);
      for (const { stdin } of compared) {
        assert.ok(stdin.length < 250_000, String(stdin.length));
        for (const words of ['a of claude', 'a of gemini', 'a of gpt']) assert.ok(stdin.includes(words), words);
      }
      const refine = inSession(result, 'pass-0002/prompt.md');
      assert.match(refine, /found what is broken/);
      assert.match(refine, /it is undecided which version is best: .*src\/a\.txt/);
      assert.match(refine, /- B needs a name that A has \(. is (Claude|Gemini|GPT), . is (Claude|Gemini|GPT)\)/);
      assert.is(second.plan.proven, true);
    },
  ));

test('equal versions are shown once, under the same candidate in both orders, and are voted on as one [A4]', () =>
  withCrew(
    {
      files: { 'src/a.txt': 'a\n' },
      claude: {
        implement: 'put src/a.txt "a as two have it"\nput src/b.txt "by claude"\nsay done',
        compare: 'prefer "as one has it"',
      },
      gemini: { implement: 'put src/a.txt "a as one has it"\nput src/b.txt "by gemini"\nsay done' },
      codex: { implement: 'put src/a.txt "a as two have it"\nput src/c.txt "by gpt"\nsay done' },
    },
    async (repo) => {
      const result = await execute(repo);
      assert.is(result.code, 0, result.stderr);
      const compared = repo.calls('claude').filter(({ step }) => step === 'compare');
      assert.is(compared.length, 2);
      const shown = compared.map(({ stdin }) => {
        const blocks = stdin
          .slice(stdin.indexOf('## Candidate A'), stdin.indexOf('## Your answer'))
          .split(/^## Candidate /m);
        assert.is(stdin.split('+a as two have it').length, 2);
        assert.is(stdin.split('+a as one has it').length, 2);
        const block = blocks.find((each) => each.includes('+a as two have it'))!;
        const other = blocks.find((each) => each.includes(`The same as candidate ${block[0]}'s: src/a.txt`));
        assert.ok(other, stdin);
        // told by their other files, where those are still to be judged the second time
        return /by claude|by gpt/.exec(block)?.[0];
      });
      assert.ok(new Set(shown.filter((owner) => owner !== undefined)).size <= 1, shown.join());
      const { plan, judgements } = result.session.passes[0];
      const { from, by } = plan.files.find(({ path }: PlannedFile) => path === 'src/a.txt');
      assert.equal([from, by], ['gemini', 'judge']);
      assert.is(judgements.length, 2);
    },
  ));

test('renames of one file are shown as such for every candidate, and what goes with a folder only once [A4]', () => {
  const long = Array.from({ length: 400 }, (_, line) => `line ${line}`).join('\n');
  const rename = (line: number) =>
    `mkdir -p src\ngit mv src/long.txt src/new.txt\nsed -i 's/^line ${line}$/changed/' src/new.txt\ngit rm -rq src/d\nput src/d "a file, ${line}"\nsay done`;
  return withCrew(
    {
      files: { 'src/a.txt': 'a\n', 'src/long.txt': `${long}\n`, 'src/d/x.txt': 'GOES\n' },
      claude: { implement: rename(7), compare: 'prefer "line 7"' },
      gemini: { implement: rename(300) },
      codex: { implement: 'put src/a.txt "by gpt"\nsay done' },
    },
    async (repo) => {
      const result = await execute(repo);
      assert.is(result.code, 0, result.stderr);
      const compared = repo.calls('claude').filter(({ step }) => step === 'compare');
      assert.is(compared.length, 2);
      for (const { stdin } of compared) assert.is(stdin.includes('+line 100'), false);
      const { stdin } = compared[0]!; // it is asked again about some of it only
      assert.is(stdin.split('rename from src/long.txt').length, 3, stdin);
      assert.is(stdin.split('-GOES').length, 2, stdin);
    },
  );
});

test('of more files than fit into a prompt judges see those with the smallest changes, and it is said [A4]', () => {
  const many = (name: string) => `for i in $(seq 160); do put "src/f$i.txt" "${name} $i"; done
for i in 1 2 3; do put "src/f$i.txt" "$(seq 400) ${name}"; done
say done`;
  return withCrew(
    {
      claude: { implement: many('claude'), compare: 'prefer "gemini"' },
      gemini: { implement: many('gemini') },
      codex: null,
    },
    async (repo) => {
      const result = await execute(repo);
      assert.is(result.code, 0, result.stderr);
      assert.match(result.stderr, /150 of the 160 files with several versions are judged/);
      const compared = repo.calls('claude').filter(({ step }) => step === 'compare');
      assert.is(compared.length, 2);
      for (const { stdin } of compared) {
        assert.is(stdin.split('\n### src/').length, 301);
        assert.not(/^### src\/f[123]\.txt$/m.test(stdin));
      }
      const { plan } = result.session.passes[0];
      const judged = plan.files.filter(({ by }: PlannedFile) => by === 'judge');
      assert.is(judged.length, 150);
      assert.is(plan.files.length, 160);
    },
  );
});

test('what is proposed is what is told, also where a later attempt did worse; options.integrate: after mends in the tree, as far as gates are as good [Y3, Y4]', () =>
  withCrew(
    {
      codex: null,
      files: {
        'check.sh': RUNNER,
        'src/c.txt': 'c\n',
        'test/1.sh': 'grep -qx A1 src/a.txt\n',
        'test/2.sh': 'grep -qx B2 src/b.txt\n',
        'test/3.sh': 'grep -qx A2 src/a.txt\n',
        'test/4.sh': 'grep -qx C1 src/c.txt\n',
        'test/5.sh': 'test -s README.md\n',
      },
      claude: {
        implement: 'put src/a.txt A1\nput src/b.txt B1\nput src/c.txt C1\nsay done',
        compare: 'say I cannot tell',
        // nobody can satisfy tests 1 and 3 together; this makes it worse
        integrate: 'put src/b.txt spoilt\nsay mended',
      },
      gemini: { implement: 'put src/a.txt A2\nput src/b.txt B2\nput src/c.txt C2\nsay done' },
    },
    async (repo) => {
      const result = await execute(repo, ['--set', 'options.integrate=after']);
      assert.is(result.code, 1, result.stderr);
      const { plan, gate_results } = result.session.passes[0];
      assert.equal(
        [plan.whole, plan.proven, froms(plan)['src/b.txt'], froms(plan)['src/c.txt']],
        [null, false, 'gemini', 'claude'],
      );
      assert.is(gate_results.composite.tests.tree, plan.tree);
      assert.equal(gate_results.composite.tests.counts, { passed: 4, failed: 1 });
      assert.equal(result.session.result.gates, { tests: 'already-failing' });
      // asked only after the result was in the tree, a bounded number of times, and what it did was not kept
      const asked = repo.calls('claude').filter(({ step }) => step === 'integrate');
      assert.ok(asked.length >= 1 && asked.length <= 3, String(asked.length));
      assert.match(asked[0]?.stdin ?? '', /not ok \d - test\/\d\.sh/);
      const applied = eventsOfType(result, 'answer').findIndex(({ text }) => text === 'Apply the plan?');
      assert.ok(applied >= 0);
      assert.equal([repo.read('src/b.txt'), repo.read('src/c.txt')], ['B2\n', 'C1\n']);
      assert.match(inSession(result, 'pass-0001/plan.json'), /An attempt to make the pieces fit was not kept/);
    },
  ));

test.run();
