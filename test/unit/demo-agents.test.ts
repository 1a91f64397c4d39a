// The demonstration's scripted agents: each is weak somewhere, the right mix is not, and the judge finds it blindly.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FoundGates, findGates } from '../../lib/evidence/found-gates.ts';
import { gateTable } from '../support/gate-table.ts';

const DEMO = fileURLToPath(new URL('../../recipes/demo/', import.meta.url));
const PROJECT = join(DEMO, 'project');
const TASK = 'Task: add a slugify function';
const AGENTS = ['ada', 'grace', 'alan'] as const;
type Agent = (typeof AGENTS)[number];

interface Said {
  readonly code: number | null;
  readonly out: string;
}

function run(cwd: string, command: readonly string[], input = '', env: Record<string, string> = {}): Said {
  const clean = {
    PATH: process.env.PATH ?? '',
    HOME: cwd,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    MM_DEMO_FAST: '1',
    ...env,
  };
  const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), {
    cwd,
    input,
    env: clean,
    encoding: 'utf8',
  });
  return { code: status, out: `${stdout}${stderr}` };
}

/** The sample project as a repository of its own in a temporary folder. */
function withProject<T>(use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'mm-demo-'));
  try {
    cpSync(PROJECT, dir, { recursive: true });
    for (const git of ['init -q', 'add -A', '-c user.name=t -c user.email=t@example.org commit -qm base']) {
      assert.is(run(dir, ['git', ...git.split(' ')]).code, 0, git);
    }
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const ask = (dir: string, agent: Agent, step: string, prompt = TASK): Said =>
  run(dir, ['bash', join(DEMO, `${agent}.sh`)], prompt, { MM_STEP: step });

function gatesOf(dir: string): FoundGates {
  const read = (path: string) => {
    try {
      return readFileSync(join(dir, path), 'utf8');
    } catch {
      return null;
    }
  };
  return findGates({ names: readdirSync(dir), read, list: () => [] }, gateTable, ['AGENTS.md']);
}

/** Names of the gates that fail. */
const failing = (dir: string): readonly string[] =>
  Object.values(gatesOf(dir).gates)
    .filter(({ run: line }) => run(dir, ['sh', '-c', String(line)]).code !== 0)
    .map(({ id }) => id);

function diffOf(dir: string): string {
  run(dir, ['git', 'add', '-AN']);
  return run(dir, ['git', 'diff']).out;
}

/** Takes each path from the agent chosen for it. */
function mix(dir: string, picks: Readonly<Record<string, Agent>>): void {
  for (const [path, agent] of Object.entries(picks)) {
    withProject((theirs) => {
      ask(theirs, agent, 'implement');
      cpSync(join(theirs, path), join(dir, path));
    });
  }
}

test('the sample project names its gates, and passes them', () =>
  withProject((dir) => {
    const { gates, mistakes } = gatesOf(dir);
    assert.equal(Object.keys(gates), ['formatter', 'linter', 'tests']);
    assert.equal(mistakes, []);
    assert.equal(failing(dir), []);
  }));

for (const [agent, weakness] of [
  ['ada', 'linter'],
  ['grace', 'tests'],
  ['alan', 'formatter'],
] as const) {
  test(`${agent} alone fails one gate: ${weakness}`, () =>
    withProject((dir) => {
      const { code, out } = ask(dir, agent, 'implement');
      assert.is(code, 0, out);
      assert.equal(failing(dir), [weakness]);
      assert.is(statSync(join(dir, 'bin/wordsmith.js')).mode & 0o111, 0o111);
      assert.equal(run(dir, ['git', 'ls-files', '-o', '*.edited']).out, '');
    }));
}

const BEST: Readonly<Record<string, Agent>> = {
  'src/slugify.js': 'ada',
  'src/index.js': 'ada',
  'test/slugify.test.js': 'grace',
  'README.md': 'alan',
  'bin/wordsmith.js': 'alan',
};

test('the best of each passes all gates, and integration makes the pieces fit', () =>
  withProject((dir) => {
    mix(dir, BEST);
    assert.equal(failing(dir), []);
    const slug = () => run(dir, ['node', 'bin/wordsmith.js', 'slug', 'Crème brûlée!', '_']).out.trim();
    assert.is(slug(), 'creme-brulee', 'the separator is lost between the pieces');
    assert.match(ask(dir, 'ada', 'integrate').out, 'mended');
    assert.is(slug(), 'creme_brulee');
    assert.equal(failing(dir), []);
    const before = diffOf(dir);
    ask(dir, 'ada', 'integrate');
    assert.is(diffOf(dir), before, 'a second integration changes nothing');
  }));

test("Grace's tests tell the functions apart, and Alan's test is one that only his own code passes", () => {
  const passes = (code: Agent, tests: Agent) =>
    withProject((dir) => {
      ask(dir, code, 'implement');
      mix(dir, { 'test/slugify.test.js': tests });
      return run(dir, ['node', '--test']).code === 0;
    });
  assert.equal(
    AGENTS.map((code) => passes(code, 'grace')),
    [true, false, false],
  );
  assert.equal(
    AGENTS.map((code) => passes(code, 'alan')),
    [false, false, true],
  );
});

test('the judge chooses by content alone, whatever the order', () => {
  const diffs = AGENTS.map((agent) =>
    withProject((dir) => {
      ask(dir, agent, 'implement');
      return [agent, diffOf(dir)] as const;
    }),
  );
  const letters = ['A', 'B', 'C'];
  for (const order of [diffs, diffs.toReversed()]) {
    const blocks = order.map(([, diff], index) => `## Candidate ${letters[index]}\n\n\`\`\`diff\n${diff}\`\`\`\n`);
    const prompt = `Rate what stands under \`## Candidate …\`.\n\n${blocks.join('\n')}\n## Your answer\n\nsrc/slugify.js normalize(\n`;
    const said = withProject((dir) => ask(dir, 'ada', 'compare', prompt));
    assert.is(said.code, 0, said.out);
    const answer = JSON.parse(said.out) as {
      files: { path: string; best: string; ratings: Record<string, Record<string, number>> }[];
    };
    const chosen = Object.fromEntries(answer.files.map(({ path, best }) => [path, order[letters.indexOf(best)]?.[0]]));
    assert.equal({ ...chosen, 'src/index.js': 'ada' }, BEST); // all three export it in the same way
    for (const { ratings } of answer.files) {
      assert.equal(Object.keys(ratings).sort(), letters);
      for (const rating of Object.values(ratings)) {
        assert.equal(Object.keys(rating), ['correctness', 'conventions', 'quality', 'completeness', 'tests']);
        assert.ok(Object.values(rating).every((value) => Number.isInteger(value) && value >= 1 && value <= 5));
      }
    }
  }
});

test('any task works, and another one is kindly declined', () =>
  withProject((dir) => {
    assert.not.match(ask(dir, 'grace', 'implement').out, 'only a small script');
    const { code, out } = ask(
      dir,
      'grace',
      'implement',
      "Task: $(touch hacked) rewrite it in Rust 'now' `touch hacked`",
    );
    assert.is(code, 0);
    assert.match(out, 'only a small script');
    assert.not.ok(readdirSync(dir).includes('hacked'));
  }));

test('exploring changes nothing and names the files', () =>
  withProject((dir) => {
    assert.match(ask(dir, 'ada', 'explore').out, /- src\/truncate\.js: \d+ lines, exports truncate/);
    assert.is(diffOf(dir), '');
  }));

test.run();
