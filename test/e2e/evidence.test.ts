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

test.run();
