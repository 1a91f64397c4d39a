// A plain folder without git, and scripted models that write in it by recipes/folder.yaml.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentScript } from './agents.ts';
import { type Entry, readAll } from './crew.ts';
import { type Files, type Repo, withRepo } from './repo.ts';

/** What the user has there: modes, a link, line ends and rules that a checkout would not leave as they are. */
export const DOCUMENTS: Files = {
  'STYLE.md': 'Write in lower case.\n',
  'one.md': 'one\n',
  'two.md': { text: 'two\n', mode: 0o600 },
  'notes/three.md': { text: 'three\n', mode: 0o640 },
  'notes/run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
  'picture.bin': new Uint8Array([0, 13, 10, 255]),
  'lines.txt': 'a\r\nb\r\n',
  'link.md': { link: 'one.md' },
  '.gitattributes': '* text=auto eol=crlf\n',
  '.gitignore': 'private/\n',
  'private/diary.md': 'mine\n',
};

/** Three of them; each is the best in one file. */
export const WRITERS: Readonly<Record<string, AgentScript>> = {
  claude: {
    implement: 'test -e private && say "sees what is private"\nput one.md "one, BEST"\nput two.md "two of the first"',
    compare: 'prefer BEST',
  },
  gemini: {
    implement: 'put one.md "one of the second"\nput two.md "two, BEST"\nrm notes/three.md',
    revise: 'put two.md "two, BEST, short"',
  },
  codex: { implement: 'put four/five.md "five, BEST"\nsay done' },
};

/** The arguments of a run that asks nothing. */
export const RUN = ['recipes/folder.yaml', 'Write better', '--headless', '--yes'] as const;

interface FolderOptions {
  readonly files?: Files;
  readonly writers?: Readonly<Record<string, AgentScript>>;
}

/** Hands over a plain folder with documents and three writers. */
export function withFolder<T>(
  { files = DOCUMENTS, writers = WRITERS }: FolderOptions,
  work: (repo: Repo) => Promise<T>,
): Promise<T> {
  return withRepo({ name: 'essays', files: null }, (repo) => {
    rmSync(join(repo.dir, '.git'), { recursive: true });
    repo.write(files);
    mkdirSync(join(repo.dir, 'empty'));
    for (const [name, script] of Object.entries(writers)) repo.installAgent(name, script);
    return work(repo);
  });
}

/** All that lies in it, with modes. */
export const documents = (repo: Repo): Readonly<Record<string, Entry>> => readAll(repo.dir);
/** What lies beside the folder. */
export const beside = (repo: Repo): readonly string[] => readdirSync(dirname(repo.dir));
