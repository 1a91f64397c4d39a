// A repository's slug, key and id, held against the workflow document's own shell lines.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { identify, slugOf, withoutCredentials } from '../../../lib/repository/identity.ts';
import { makeRepo } from '../../support/repo.ts';
import { withRoom } from '../../support/room.ts';
import { runProcess } from '../../support/start-process.ts';
import { factsOf } from './support.ts';

/** The document's lines, in its order. */
const DOCUMENT = `
REPO_TOPLEVEL="$(git rev-parse --show-toplevel)"
REPO_SLUG="$(basename "$REPO_TOPLEVEL" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9._-]/-/g')"
REPO_ORIGIN="$(git remote get-url origin 2>/dev/null || true)"
if [ -n "$REPO_ORIGIN" ]; then
  REPO_KEY="\${REPO_ORIGIN}|\${REPO_SLUG}"
else
  REPO_KEY="$REPO_TOPLEVEL"
fi
if command -v sha256sum >/dev/null 2>&1; then
  REPO_ID="$(printf '%s' "$REPO_KEY" | sha256sum | cut -c1-12)"
else
  REPO_ID="$(printf '%s' "$REPO_KEY" | shasum -a 256 | cut -c1-12)"
fi
printf '%s' "\${REPO_SLUG}--\${REPO_ID}"
`;

const NAMES = [
  'project',
  'My Project',
  'UPPER_case.v2',
  'ünïcödé-É',
  '漢字',
  'tab\there',
  'new\nline',
  'ends\n',
  '-dash',
  "it's",
  '__',
  '...x',
  '😀 emoji',
];
const ORIGINS = [null, 'https://me:pw@example.invalid/me/Pröject.git', 'git@example.invalid:me/project.git'];

for (const locale of ['C.UTF-8', 'C']) {
  test(`slug and id are what the document's shell computes, in the locale ${locale} [D3]`, () =>
    withRoom(async (room) => {
      const env = { ...room.env, LC_ALL: locale };
      for (const name of NAMES) {
        const repo = makeRepo(room, { name: join(`in ${locale}`, name) });
        for (const origin of ORIGINS) {
          if (origin !== null) repo.git('config', 'remote.origin.url', origin);
          mkdirSync(join(repo.dir, 'sub'), { recursive: true });
          const shell = await runProcess(['bash', '-c', DOCUMENT], { cwd: join(repo.dir, 'sub'), env });
          const facts = await factsOf(repo);
          assert.is(identify(facts.top, facts.origin, env).folder, shell.stdout, JSON.stringify([name, origin]));
        }
      }
    }));
}

test('the root folder has a slug, too [D3]', () => {
  assert.is(slugOf('/'), '-');
});

test('credentials never get into what is kept [D5]', () => {
  assert.is(withoutCredentials('https://user:token@host/x.git'), 'https://host/x.git');
  assert.is(withoutCredentials('https://token@host:8080/x@y.git'), 'https://host:8080/x@y.git');
  assert.is(withoutCredentials('git@host:me/x.git'), 'git@host:me/x.git');
  assert.is(withoutCredentials('/srv/git/x.git'), '/srv/git/x.git');
});

test.run();
