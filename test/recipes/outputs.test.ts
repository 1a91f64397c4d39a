// Recorded outputs of the real CLIs (outputs.yaml), read as the catalogue says: answer, tokens, price, session, failure.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import type { FailureClass } from '../../lib/core/backend.ts';
import type { Recipe } from '../../lib/core/recipe.ts';
import { AnswerReader } from '../../lib/model/answer.ts';
import { classify } from '../../lib/model/classify.ts';
import { loadCatalogue, loadRecipe } from '../../lib/recipe/load.ts';
import { executors } from '../../lib/steps/index.ts';
import { once } from '../support/crew.ts';
import { PROJECT } from '../support/paths.ts';
import { HERE, readDisk } from './load.ts';

interface Recorded {
  readonly who: string;
  readonly cli: string;
  readonly exit: number;
  readonly changed?: boolean;
  readonly stdout: string;
  readonly stderr?: string;
  readonly want: {
    readonly text: string;
    readonly usage: readonly (number | null)[] | null;
    readonly session: string | null;
    readonly over: boolean;
    readonly failure: FailureClass | null;
    readonly next?: 'backend';
  };
}

const resolveNamed = (name: string) => join(PROJECT, 'recipes', `${name}.yaml`);
const options = { executors, read: readDisk, resolveNamed };
const catalogue = once(() => loadCatalogue(options));
const recipe = once(async (): Promise<Recipe> => {
  const loaded = await loadRecipe(resolveNamed('execute'), options);
  if (!loaded.ok) throw new Error(loaded.failure.what);
  return loaded.value;
});

const ALL: readonly Recorded[] = parse(readFileSync(join(HERE, 'outputs.yaml'), 'utf8'));

for (const { who, cli, exit, changed, stdout, stderr = '', want } of ALL) {
  test(`${who}: ${want.failure ?? 'a success'} [R4, R5, S4]`, async () => {
    const { failures } = await recipe();
    const reader = new AnswerReader((await catalogue())[cli]!.backends[0]!.output, 'Write hello.txt');
    const lines = stdout.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) reader.line(line);
    const isOver = reader.isOverWith(last); // it may stay there without having ended its last line
    reader.line(last);
    const { text, usage, session, said, verdict } = reader.end(stdout);
    const { failure, rule } = classify(
      {
        ended: 'exit',
        exitCode: exit,
        said,
        didSomething: changed ?? text.trim() !== '',
        output: `${verdict ?? stdout}\n${stderr}`,
      },
      failures,
    );
    const used = usage && [usage.input_tokens, usage.output_tokens, usage.cost_usd];
    assert.equal(
      { text, usage: used, session, over: isOver, failure, next: rule?.next ?? undefined },
      { next: undefined, ...want },
    );
  });
}

test.run();
