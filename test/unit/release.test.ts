// What a release is made of beside the package: workflows, formula, the schema's address. They say the same as the rest.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { PROJECT } from '../support/paths.ts';
import { type Ended, runProcess } from '../support/start-process.ts';

interface Job {
  readonly uses?: string;
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly os: readonly string[]; readonly node: readonly number[] } };
  readonly steps?: readonly { readonly uses?: string; readonly run?: string; readonly name?: string }[];
}

const text = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');
const { version, scripts, engines } = JSON.parse(text('package.json'));
const jobsOf = (file: string): Readonly<Record<string, Job>> => parse(text(`.github/workflows/${file}.yml`)).jobs;

test('the workflows run what there is, on the systems and Nodes that are promised', () => {
  const [ci, release] = [jobsOf('ci'), jobsOf('release')];
  for (const job of [ci.test, ci.installed]) {
    const { os = [], node = [] } = job?.strategy?.matrix ?? {};
    assert.equal(
      [os, node],
      [
        ['ubuntu-latest', 'macos-latest'],
        [20, 22, 24],
      ],
    );
    assert.ok(engines.node.endsWith(String(node[0])));
  }
  for (const { uses, steps = [] } of Object.values({ ...ci, ...release })) {
    if (uses) assert.ok(existsSync(join(PROJECT, uses)), uses);
    for (const { run = '' } of steps)
      for (const [, name = ''] of run.matchAll(/npm run (\S+)/g)) assert.ok(scripts[name], run);
  }
  assert.equal(release.npm?.permissions, { contents: 'read', 'id-token': 'write' });
  assert.not.match(text('.github/workflows/release.yml'), /secrets\./, 'no token is kept');
});

test("a release carries the changelog's part and a formula with the tarball's checksum", async () => {
  const step = jobsOf('release').release?.steps?.find(({ name }) => name?.startsWith('The changelog'));
  const awk = /awk[\s\S]*?(?= > notes\.md)/.exec(step?.run ?? '')?.[0] ?? '';
  const notes = (of: string): Promise<Ended> => runProcess(['bash', '-c', `version=${of}\n${awk}`], { cwd: PROJECT });
  const { stdout, code } = await notes(version);
  assert.is(code, 0);
  assert.match(stdout, /^- /m);
  assert.not.match(stdout, /^## /m);
  assert.is((await notes('9.9.9')).stdout, '');
  const formula = text('.github/homebrew/multi-model.rb');
  assert.ok(formula.includes(`/multi-model-${version}.tgz"`), 'the version of package.json');
  assert.match(formula, /^ {2}sha256 "[0-9a-f]{64}"/m);
});

test('the schema store is given the address that the schema has', () => {
  const { url, fileMatch } = JSON.parse(text('.github/schemastore/catalog-entry.json'));
  assert.is(url, JSON.parse(text('recipes/recipe.schema.json')).$id);
  assert.ok(fileMatch.includes('**/.mm/*.yaml'));
  assert.ok(url.endsWith('/recipes/recipe.schema.json'), 'where the package has it');
});

test.run();
