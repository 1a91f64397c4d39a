// Hostile agents: each attack of attacks.ts, in one kind of workspace. None is silent: it is prevented, or told and put
// back. `MM_ATTACK=name` runs one.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readJournal } from '../../lib/session/journal.ts';
import type { AgentScript } from '../support/agents.ts';
import { eventsOfType } from '../support/crew.ts';
import { hashes } from '../support/picture.ts';
import { ATTACKS, type Attack, type Outcome } from './attacks.ts';
import { type Scene, type Whole, withScene } from './scene.ts';
import { chooseSeed, randomFrom } from './seed.ts';
import { FULL } from './sweep.ts';
import { noteSeen } from './write-table.ts';

type Kind = 'worktree' | 'clone';

const recipe = (kind: Kind) => `recipe: 1
name: hostile
extends: execute
summary: One honest model, one hostile one, nobody in the user's tree.
timeout: { default: 60s, grace: 200ms }
failures: [{ class: crash }]
set:
  slots.*.workspace: ${kind}
  slots.gpt: null
  options.cross_gates: false
`;

/** In a sample: no exploring, comparing, integrating, which the attacks have nothing to do with. */
const SHORT = `
phases:
  - id: context
    steps:
      - { task: What should be implemented? }
      - { repository: {}, save: repo }
      - { read: [AGENTS.md, CLAUDE.md], optional: true, save: conventions }
      - { find_gates: { blocks: [AGENTS.md, CLAUDE.md] } }
  - id: configure
    steps:
      - { detect: slots }
  - id: pass
    repeat: 1
    steps:
      - { write: prompt.md, template: implement }
      - id: lanes
        for: slots.available
        parallel: true
        optional: true
        steps:
          - { workspace: "../\${repo.slug}-mm-\${slot.id}", branch: "mm/\${slot.id}/\${pass.stamp}" }
          - { id: implement, model: "\${slot.id}", prompt: prompt.md }
          - { capture: "\${slot.id}" }
          - { gates: "\${slot.id}" }
      - { compose: file }
      - { event: pass_complete }
  - id: synthesize
    steps:
      - { review: plan }
      - { apply: plan }
`;

const HONEST = 'put src/a.txt "a, BEST"\nput src/ready.txt ready\nsay done';

const models = ({ script, judge }: Attack): Readonly<Record<string, AgentScript | null>> => ({
  claude: { implement: HONEST, compare: judge ?? 'prefer BEST' },
  gemini: {
    implement: `LANE=$PWD MAIN=$(cd "$LOG/../work/project" && pwd) OUT=$LOG/../out\n${script}\nsay done`,
  },
  codex: null,
});

/** How many attacks make a sample, in each kind of workspace. */
const SAMPLE = 8;

/** A test for each attack, or for a sample of them; for `MM_ATTACK` alone. */
export function attackIn(kind: Kind, test: (name: string, prove: () => Promise<void>) => void): void {
  const only = process.env.MM_ATTACK;
  for (const attack of only === undefined ? chosen(kind) : ATTACKS.filter(({ id }) => id === only)) {
    test(`an agent that ${attack.does}, in a ${kind}: ${attack[kind]} [W2, S3]`, () => prove(kind, attack));
  }
}

function chosen(kind: Kind): readonly Attack[] {
  if (FULL) return ATTACKS;
  const seed = chooseSeed();
  console.log(`seed: MM_SEED=${seed}`);
  const random = randomFrom(seed + (kind === 'clone' ? 1 : 0));
  const left = [...ATTACKS];
  return Array.from({ length: SAMPLE }, () => left.splice(Math.floor(random() * left.length), 1)[0] as Attack);
}

function prove(kind: Kind, attack: Attack): Promise<void> {
  return withScene(
    {
      recipe: recipe(kind) + ((FULL && attack.judged !== false) || attack.judge ? '' : SHORT),
      models: models(attack),
      files: attack.files ?? {},
    },
    async (scene) => {
      const out = join(scene.root, 'out');
      mkdirSync(out);
      writeFileSync(join(out, 'file'), "somebody else's\n");
      const outside = hashes(out);
      const before = scene.all();
      const result = await scene.mm([...scene.run, '--passes', '1', '--timeout', String(attack.limit ?? 60)]);
      const told = `exit ${result.code}\n${result.stdout}\n${result.stderr}`;
      if (process.env.MM_ATTACK !== undefined) console.log(told);
      await scene.quiet();
      assert.not.match(
        result.stdout + result.stderr,
        /[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]/,
        'the terminal is left alone',
      );
      if (attack.says && attack[kind] !== 'prevented') assert.match(result.stdout + result.stderr, attack.says);
      if (attack.judge) assert.match(result.stdout + result.stderr, attack.says as RegExp);
      const outcome = seenIn(scene, before, result);
      const said = await AFTER[attack[kind]](scene, before, result, told);
      const seen = outcome(said ?? '');
      assert.is(seen, attack[kind], told);
      assert.equal(hashes(out), outside, 'nothing outside was touched');
      assert.not.ok(existsSync(join(scene.log, 'owned')), 'nothing that was planted has run');
      await scene.quiet();
      noteSeen(attack.id, kind, seen);
    },
  );
}

/** What recover says of what it can't put back. */
const LEFT = /left for you to look at|was left alone|can't be put back|missing|corrupt|unable|could not/i;

/**
 * What came of it, as seen from outside.
 * @returns the answer, to be asked for when everything has been done to put things right; `said`: by recover
 */
function seenIn(scene: Scene, before: Whole, result: Result): (said: string) => Outcome {
  const harmed = eventsIn(result).some(({ type }) => type === 'breach');
  return (said) => {
    if (result.signal === 'SIGKILL') return 'crashed';
    if (result.code === 0) {
      const { status, attempts } = result.session.passes[0].models.gemini;
      // doing nothing but harm that comes to nothing is no way of being out
      if (status === 'failed' && attempts.at(-1)?.failure !== 'empty') return 'out';
      return eventsIn(result).some(isNoted) ? 'noted' : 'prevented';
    }
    if (result.session?.result) return 'left';
    const same = JSON.stringify(comparable(scene.all())) === JSON.stringify(comparable(before));
    return harmed && same && !LEFT.test(said) ? 'recovered' : 'told';
  };
}

/** Refs and logs may lie in other files than before. */
const comparable = ({ names: _, ...rest }: Whole) => rest;

const isNoted = (event: { readonly type: string; readonly text?: string }): boolean =>
  event.type === 'note' && /^Your repository has changed/.test(event.text ?? '');

/** The session's events, as far as the agent has left any. */
function eventsIn({ sessionDir }: Result): readonly { readonly type: string; readonly text?: string }[] {
  const file = join(sessionDir ?? '', 'events.jsonl');
  return existsSync(file) ? readJournal(file).events : [];
}

type Result = Awaited<ReturnType<Scene['mm']>>;

/** What must be so after each outcome. */
const AFTER: Readonly<
  Record<Outcome, (scene: Scene, before: Whole, result: Result, told: string) => Promise<string | undefined>>
> = {
  async prevented(scene, before, result, told) {
    assert.is(result.code, 0, told);
    assert.equal(eventsOfType(result, 'breach'), [], told);
    onlyResult(scene, before, told);
    return undone(scene, before);
  },
  async out(scene, before, result, told) {
    assert.is(result.code, 0, told);
    assert.match(told, /Gemini/);
    assert.is(result.session.passes[0].models.gemini?.status, 'failed', told);
    onlyResult(scene, before, told);
    return undone(scene, before);
  },
  async noted(scene, before, result, told) {
    assert.is(result.code, 0, told);
    assert.equal(eventsOfType(result, 'breach'), [], told);
    assert.match(eventsIn(result).find(isNoted)?.text ?? '', /a tool of yours or by .*Gemini/, told);
    const after = scene.all();
    assert.ok(after.files['src/ready.txt'], `the honest one's result was applied: ${told}`);
    const nothing = await scene.mm(['recover']);
    assert.match(nothing.stdout, /Nothing has to be put right/);
    assert.equal(scene.all(), after, 'recover leaves it alone');
    const undo = await scene.mm(['undo']);
    assert.is(undo.code, 0, undo.stderr);
    // what there was is there: nothing of it was lost by what came
    const { files, status, head, stashes, refs } = scene.all();
    assert.equal({ files, head, stashes }, { files: before.files, head: before.head, stashes: before.stashes }, told);
    assert.is(status, before.status, told);
    const names = (all: string) => all.split('\n').map((row) => row.split(' ')[0]!);
    for (const name of names(before.refs)) assert.ok(names(refs).includes(name), `${name}: ${told}`);
    return undefined;
  },
  async recovered(scene, before, result, told) {
    assert.is(result.code, 1, told);
    assert.ok(eventsOfType(result, 'breach').length > 0, told);
    assert.is(result.session.result, null, 'nothing was applied');
    return recovered(scene, before, told);
  },
  async told(scene, before, result, told) {
    assert.is.not(result.code, 0, told);
    const again = await scene.mm(['recover']);
    const { files, head, config } = pieces(scene.all());
    assert.equal({ files, head, config }, pieces(before), `${told}\n${again.stdout}${again.stderr}`);
    assert.match(told + again.stdout + again.stderr, LEFT);
    return told + again.stdout + again.stderr;
  },
  async left(scene, before, result, told) {
    assert.is(result.code, 1, told);
    const again = await scene.mm(['recover']);
    assert.is(again.code, 1, 'it is told as long as it is so');
    const work = join(scene.dir, '..');
    for (const name of readdirSync(work)) if (/-mm-/.test(name)) rmSync(join(work, name), { recursive: true });
    const last = await scene.mm(['recover']);
    assert.is(last.code, 0, `${told}\n${last.stdout}${last.stderr}`);
    onlyResult(scene, before, told);
    return undone(scene, before);
  },
  async crashed(scene, before, result, told) {
    assert.is(result.signal, 'SIGKILL', told);
    return recovered(scene, before, told);
  },
};

const pieces = ({ files, head, gitFolder }: Whole) => ({ files, head, config: gitFolder.config });

/** What was found in place of what is put back stays as commits of the session's own, until `mm clean`. */
async function recovered(scene: Scene, before: Whole, told: string): Promise<string> {
  const again = await scene.mm(['recover']);
  const all = `${told}\n${again.stdout}${again.stderr}`;
  assert.is(again.code, 0, all);
  const { refs, names, ...rest } = scene.all();
  const { refs: oldRefs, names: oldNames, ...old } = before;
  assert.equal(rest, old, all);
  assert.equal(withoutLost(refs), oldRefs, all);
  assert.equal(
    names.filter((name) => !name.startsWith('refs/mm/') && !isPacked(name)),
    oldNames.filter((name) => !isPacked(name)),
    all,
  );
  const cleaned = await scene.mm(['clean']);
  assert.is(cleaned.code, 0, cleaned.stderr);
  assert.equal(scene.all().refs, oldRefs, 'mm clean leaves none of them');
  return again.stdout + again.stderr;
}

const withoutLost = (refs: string): string => refs.replace(/^refs\/mm\/.*\/lost\/.*\n/gm, '');
/** Refs and logs may lie in other files after a `git gc`. */
const isPacked = (name: string): boolean => /^(refs\/|logs\/|packed-refs|info\/|gc\.log)/.test(name);

/** Everything but the files is as it was, and of these only those that the result names are different. */
function onlyResult(scene: Scene, before: Whole, told: string): void {
  const { files, status, names, ...rest } = scene.all();
  const { files: oldFiles, status: oldStatus, names: oldNames, ...old } = before;
  assert.equal(rest, old, told);
  const unpacked = (all: readonly string[]) => all.filter((name) => !isPacked(name));
  assert.equal(unpacked(names), unpacked(oldNames), told);
  const changed = Object.keys({ ...files, ...oldFiles }).filter((path) => files[path] !== oldFiles[path]);
  const record = JSON.parse(readFileSync(join(scene.sessions, newest(scene), 'session.json'), 'utf8'));
  const named: readonly string[] = record.result.files.map(({ path }: { path: string }) => path);
  const strays = changed.filter((path) => !named.includes(path) && !path.endsWith('/'));
  assert.equal(strays, [], told);
  assert.ok(changed.includes('src/ready.txt'), `the honest one's result was applied: ${told}`);
}

function newest(scene: Scene): string {
  const found = Object.keys(hashes(scene.sessions)).find((path) => path.endsWith('/session.json'));
  return (found ?? '').replace(/\/session\.json$/, '');
}

async function undone(scene: Scene, before: Whole): Promise<undefined> {
  const nothing = await scene.mm(['recover']);
  assert.match(nothing.stdout, /Nothing has to be put right/);
  const undo = await scene.mm(['undo']);
  assert.is(undo.code, 0, undo.stderr);
  assert.equal({ ...scene.all(), names: [] }, { ...before, names: [] }, 'mm undo');
}
