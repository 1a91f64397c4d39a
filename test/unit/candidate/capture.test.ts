// Whatever a model does in its workspace, the captured tree is what lies there, byte for byte.
import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Captured } from '../../../lib/candidate/capture-workspace.ts';
import { filesBelow, filesOfTree, type Lane, type LaneOptions, NAMES_ANY_FILE, withLane } from './fixture.ts';

const FILES = {
  'README.md': '# Project\n',
  'src/a.ts': 'one\ntwo\nthree\n',
  'src/b.ts': 'b\n',
  'src/deep/c.ts': 'c\n',
  'run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
  link: { link: 'README.md' },
  'data.bin': new Uint8Array([0, 1, 2, 255, 254]),
  '.gitignore': 'node_modules/\n*.log\n.env\n',
};

const same = (left: Map<string, string>, right: Map<string, string>, message: string) =>
  assert.equal(Object.fromEntries([...left].sort()), Object.fromEntries([...right].sort()), message);

interface Case {
  readonly does: string;
  /** Paths that the tree must not have though they lie in the folder. */
  readonly without?: readonly string[];
  readonly side?: readonly string[];
  /** The same of a lane on another host, where it differs. */
  readonly sideFromAfar?: readonly string[];
  readonly changed?: readonly string[];
  readonly options?: Partial<LaneOptions>;
}

function expectExact(lane: Lane, captured: Captured, { without = [] }: Pick<Case, 'without'>): void {
  const onDisk = filesBelow(lane.workspace.path);
  for (const path of onDisk.keys()) {
    if (without.some((out) => path === out || path.startsWith(`${out}/`))) onDisk.delete(path);
  }
  same(filesOfTree(lane.store, captured.tree), onDisk, 'the tree is what lies in the folder');
}

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;

const CASES: Readonly<Record<string, Case>> = {
  nothing: { does: ':', changed: [] },
  'an edit': { does: 'echo four >> src/a.ts', changed: ['src/a.ts'] },
  'a new file': { does: 'mkdir -p new/er; echo n > new/er/f', changed: ['new/er/f'] },
  'a deleted file': { does: 'rm src/b.ts', changed: ['src/b.ts'] },
  'a deleted folder': { does: 'rm -r src', changed: ['src/a.ts', 'src/b.ts', 'src/deep/c.ts'] },
  'a rename': { does: 'mv src/a.ts src/z.ts', changed: ['src/a.ts', 'src/z.ts'] },
  'a rename with an edit': { does: 'mv src/a.ts src/z.ts; echo x >> src/z.ts', changed: ['src/a.ts', 'src/z.ts'] },
  'only a mode': { does: 'chmod +x src/b.ts; chmod -x run.sh', changed: ['run.sh', 'src/b.ts'] },
  links: {
    does: 'ln -s /etc/passwd out; ln -s nowhere dangling; ln -sfn src/a.ts link; ln -s src folder',
    changed: ['dangling', 'folder', 'link', 'out'],
  },
  'a file that became a link, and a link that became a file': {
    does: 'rm src/b.ts link; ln -s a.ts src/b.ts; echo l > link',
    changed: ['link', 'src/b.ts'],
  },
  'a file that became a folder, and a folder that became a file': {
    does: 'rm -r src/deep README.md; echo f > src/deep; mkdir README.md; echo i > README.md/i',
    changed: ['README.md', 'README.md/i', 'src/deep', 'src/deep/c.ts'],
  },
  'a folder that became a link to outside': {
    does: 'rm -r src; ln -s /usr src',
    changed: ['src', 'src/a.ts', 'src/b.ts', 'src/deep/c.ts'],
  },
  'binary files': {
    does: "printf '\\0\\1\\2' > new.bin; printf '\\0\\377' >> data.bin",
    changed: ['data.bin', 'new.bin'],
  },
  'awkward names': {
    does: `mkdir -- 'a b' '-d' "q'\\"x" 'st*r' 'n
l' 'tab	x' 'back\\slash'; for d in 'a b' ./-d "q'\\"x" 'st*r' 'n
l' 'tab	x' 'back\\slash'; do echo 1 > "$d/f [1]"; done; echo 2 > ./-rf; echo 3 > ':(top)x'; echo 4 > '!x'; echo 5 > '#x'; echo 6 > ' lead'; echo 7 > 'trail '`,
  },
  'names in both Unicode forms': {
    does: `printf 1 > $'caf\\xc3\\xa9'; printf 2 > $'cafe\\xcc\\x81'; printf 3 > 'ü😀'; printf 4 > 'ﬁ'`,
  },
  'names that are not UTF-8': {
    does: `printf 1 > $'bad\\xff\\xfename'; mkdir $'d\\x80'; printf 2 > $'d\\x80/f'; mkdir $'e\\x80'`,
    side: ['empty-folder e\udc80'],
  },
  'carriage returns': {
    does: "printf 'one\\r\\ntwo\\r\\n' > src/a.ts; printf 'x\\r\\n' > crlf.txt",
    changed: ['crlf.txt', 'src/a.ts'],
  },
  'commits of its own': {
    does: 'echo c > c; git add -A; git commit -qm mine; echo d > d; git commit -q --allow-empty -m more',
    changed: ['c', 'd'],
  },
  'a commit, and then amended away': {
    does: 'echo c > c; git add -A; git commit -qm mine; git reset -q --hard HEAD~1; echo e > e',
    changed: ['e'],
  },
  'a soft reset': { does: 'echo c > c; git add -A; git commit -qm mine; git reset -q --soft HEAD~1', changed: ['c'] },
  'staged, then deleted': { does: 'echo c > c; git add c; rm c; git rm -q --cached src/b.ts', changed: [] },
  'a checkout of another branch': {
    does: 'echo c > c; git checkout -q -b other; git checkout -q --detach',
    changed: ['c'],
  },
  'an orphan branch': { does: 'git checkout -q --orphan fresh; git rm -rqf --cached .; echo c > c', changed: ['c'] },
  'a stash': { does: 'echo c >> src/a.ts; git stash -q; echo d > d', changed: ['d'] },
  'a stash of everything': { does: 'echo c >> src/a.ts; echo d > d; git stash -qu', changed: [] },
  'a rebase in progress': {
    does: 'git checkout -q -b o; echo 1 > src/a.ts; git commit -qam o; git checkout -q -; echo 2 > src/a.ts; git commit -qam t; git rebase -q o || true',
  },
  'a deleted .git': { does: 'echo c > c; rm -rf .git', changed: ['c'] },
  'a .git that points elsewhere': {
    does: 'echo c > c; rm -rf .git; echo "gitdir: /nonexistent" > .git',
    changed: ['c'],
  },
  'a .git that is a folder of its own': {
    does: 'echo c > c; rm -rf .git; git init -q .; git add .; git commit -qm all',
    changed: ['c'],
  },
  'a removed index, and a lock': {
    does: 'd=$(git rev-parse --git-dir); echo c > c; rm "$d/index"; touch "$d/index.lock"',
    changed: ['c'],
  },
  'a sparse checkout of its own': { does: 'git sparse-checkout set --no-cone /src/deep/; echo c > src/deep/n' },
  'files that it told git not to look at': {
    does: 'git update-index --assume-unchanged src/a.ts; git update-index --skip-worktree src/b.ts; echo c >> src/a.ts; echo c >> src/b.ts',
    changed: ['src/a.ts', 'src/b.ts'],
  },
  'ignored files': {
    does: 'mkdir -p node_modules/x; echo 1 > node_modules/x/i.js; echo 2 > .env; echo 3 > src/a.log; echo 4 > c',
    without: ['node_modules', '.env', 'src/a.log'],
    side: ['ignored .env', 'ignored node_modules/', 'ignored src/a.log'],
    changed: ['c'],
  },
  'a tracked file that it added in spite of being ignored': {
    does: 'echo 3 > forced.log; git add -f forced.log; git commit -qm f',
    without: ['forced.log'],
    side: ['ignored forced.log'],
    changed: [],
  },
  'an edited .gitignore that hides its own files': {
    does: 'echo "hidden/" >> .gitignore; mkdir hidden; echo 1 > hidden/f; echo 2 > x.log; echo 3 > c',
    without: ['hidden', 'x.log'],
    side: ['ignored x.log', 'newly-ignored hidden/'],
    changed: ['.gitignore', 'c'],
  },
  'a .gitignore of its own in a folder': {
    does: "echo '*' > src/.gitignore; echo 1 > src/new.ts; echo 2 >> src/a.ts",
    without: ['src/new.ts', 'src/.gitignore'],
    side: ['newly-ignored src/.gitignore', 'newly-ignored src/new.ts'],
    changed: ['src/a.ts'],
  },
  'an exclude file and a global ignore file': {
    does: `echo '*' >> "$(git rev-parse --git-path info/exclude)"; mkdir -p "$HOME/.config/git"; echo '*' > "$HOME/.config/git/ignore"; git config --global core.excludesFile "$HOME/all"; echo '*' > "$HOME/all"; echo c > c`,
    changed: ['c'],
  },
  'attributes with a filter, an encoding and line ends': {
    does: `printf '* filter=evil text eol=crlf\\n*.u working-tree-encoding=UTF-16\\n*.ts ident\\n' > .gitattributes; git config filter.evil.clean "touch $MM_TEST_LOG/ran; cat"; printf 'a\\nb\\n' > c; printf '$Id$' > d.ts; printf 'x' > e.u`,
    changed: ['.gitattributes', 'c', 'd.ts', 'e.u'],
  },
  'empty folders, pipes and sockets': {
    does: 'mkdir -p void/deep src/empty; mkfifo src/pipe; rm src/deep/c.ts',
    side: ['empty-folder src/deep', 'empty-folder src/empty', 'empty-folder void/deep', 'special-file src/pipe'],
    changed: ['src/deep/c.ts'],
  },
  'a repository of its own': {
    does: 'mkdir app; cd app; git init -q; echo 1 > f; echo "out/" > .gitignore; mkdir out; echo 2 > out/x; git add .; git commit -qm i',
    without: ['app/.git', 'app/out'],
    side: ['embedded-repository app/.git'],
    changed: ['app/.gitignore', 'app/f'],
  },
  'a repository of its own without a commit': {
    does: 'git init -q app; echo 1 > app/f',
    without: ['app/.git'],
    side: ['embedded-repository app/.git'],
    changed: ['app/f'],
  },
  'a clone of something': {
    does: 'git clone -q . ref 2>/dev/null',
    without: ['ref'],
    side: ['embedded-repository ref'],
    changed: [],
  },
  'a repository made of a folder that was there': {
    does: 'git init -q src; echo 1 > src/n; echo 2 >> src/a.ts',
    without: ['src/.git'],
    side: ['embedded-repository src/.git'],
    sideFromAfar: [],
    changed: ['src/a.ts', 'src/n'],
  },
  'names that no tree may hold': {
    does: "mkdir .GIT 'git~1'; echo 1 > .GIT/config; echo 2 > 'git~1/x'; echo 3 > c",
    without: ['.GIT', 'git~1'],
    side: ['unreadable .GIT/config', 'unreadable git~1/x'],
    changed: ['c'],
  },
  'a pointer of Git LFS': {
    options: {
      before: (repo) => {
        repo.write({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'big.bin': POINTER });
        repo.commit('a pointer');
      },
    },
    does: 'cp big.bin other.bin; echo c > c',
    changed: ['c', 'other.bin'],
  },
  'a submodule that nobody fetched': {
    options: {
      before: (repo) => {
        repo.git('update-index', '--add', '--cacheinfo', `160000,${repo.git('rev-parse', 'HEAD')},sub`);
        repo.git('commit', '-qm', 'a submodule');
      },
    },
    does: 'echo c > c',
    changed: ['c'],
  },
  'a .gitmodules that is nonsense': { does: "echo '[[[' > .gitmodules; echo c > c", changed: ['.gitmodules', 'c'] },
  'ignore and attributes files that are links': {
    does: 'rm .gitignore; ln -s /etc/passwd .gitignore; ln -s /etc/passwd .gitattributes; echo c > c',
    changed: ['.gitattributes', '.gitignore', 'c'],
  },
};

/** Another host tells no empty folders, pipes and what git can't read there. */
const TOLD_FROM_AFAR = /^(ignored|newly-ignored|embedded-repository) /;

for (const [name, each] of Object.entries(CASES)) {
  if (name === 'names that are not UTF-8' && !NAMES_ANY_FILE) continue;
  for (const kind of ['worktree', 'clone', 'remote'] as const) {
    test(`${name}, in a ${kind}, is captured exactly [A1]`, () =>
      withLane({ files: FILES, kind, ...each.options }, async (lane) => {
        lane.sh(each.does);
        const captured = await lane.capture();
        expectExact(lane, captured, each);
        if (each.changed) assert.equal(captured.changes.map(({ path }) => path).sort(), [...each.changed].sort());
        const side = captured.side.map(({ what, path }) => `${what} ${path}`).sort();
        const { side: all = [], sideFromAfar = all.filter((entry) => TOLD_FROM_AFAR.test(entry)) } = each;
        assert.equal(side, [...(kind === 'remote' ? sideFromAfar : all)].sort());
        assert.equal(readdirSync(lane.repo.log), [], 'nothing of the model ran');
        const again = await lane.capture();
        assert.equal([again.tree, again.side], [captured.tree, captured.side], 'capturing changes nothing');
      }));
  }
}

test.run();
