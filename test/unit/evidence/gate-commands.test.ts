// Which commands a gate starts, as far as its text says so for sure.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gateCommands } from '../../../lib/evidence/gate-commands.ts';

const programs = (run: string | readonly string[]) => gateCommands(run).map(([first]) => first);

test('a list is one command; of a shell line only what is a command for sure is one', () => {
  assert.equal(programs(['npm', 'run', 'lint']), ['npm']);
  assert.equal(programs('tsc --noEmit && eslint . --max-warnings 0'), ['tsc', 'eslint']);
  assert.equal(programs('CI=1 NODE_ENV=test mocha; cd x && make check | tee log'), ['mocha', 'make', 'tee']);
  assert.equal(programs('vendor/bin/phpunit --filter "a; b" # and more'), ['vendor/bin/phpunit']);
  assert.equal(programs('command -v x || special-tool'), []);
  assert.equal(programs('if test -e x; then y; fi'), []);
  assert.equal(programs('d=$(mktemp -d) && cmake -S . -B "$d"'), []);
  assert.equal(programs('"$TOOL" --check; $OTHER'), []);
  assert.equal(programs('[ -f x ] && ! grep y z'), []);
});

test.run();
