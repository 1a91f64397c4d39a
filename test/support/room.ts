// A folder of a test's own: HOME, a closed PATH with exactly the tools that are needed, session root, log, temporary
// files. Whatever a test starts sees this and nothing of the machine's user.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { nodePath, which } from './paths.ts';
import { killRunning } from './start-process.ts';

/** Linked into every room's PATH where the machine has them. Coding CLIs are not among them. */
const TOOLS = (
  'git bash sh env cat cp mv rm ls ln mkdir rmdir mktemp mkfifo chmod touch head tail sort uniq wc tr cut sed awk ' +
  'grep find xargs dirname basename readlink realpath date sleep true false echo printf pwd test expr seq tee stat ' +
  'od dd du sha256sum shasum cksum uname id whoami nproc kill ps diff cmp patch tar gzip timeout gtimeout setsid ' +
  'unshare bwrap less more vi stty tput tmux make npm npx'
).split(' ');

const PREFIX = 'mm-test-';

let tools: ReadonlyMap<string, string> | undefined;

/** Where those of them are that the machine has. */
function findTools(): ReadonlyMap<string, string> {
  return new Map(
    TOOLS.flatMap((tool) => [which(tool)].flatMap((file) => (file === null ? [] : [[tool, file] as const]))),
  );
}

export interface Room {
  /** The room's own folder; everything below is in it. */
  readonly root: string;
  readonly home: string;
  /** The only folder on PATH. */
  readonly bin: string;
  /** `$AI_AIP_ROOT`. */
  readonly sessions: string;
  /** Where scripted agents write down what they saw. */
  readonly log: string;
  /** `$TMPDIR`. */
  readonly tmp: string;
  /** The environment of everything that is started in the room. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts a script (with its `#!` line) on PATH, also in place of a real tool. */
  installTool(name: string, script: string): void;
  /** Takes a tool off PATH. */
  removeTool(name: string): void;
}

/** Throws unless `path` lies in a room: tests never write anywhere else. */
export function insideRoom(path: string): string {
  const temporary = realpathSync(tmpdir()) + sep;
  if (!path.startsWith(temporary + PREFIX)) throw new Error(`not in a test's own folder: ${path}`);
  return path;
}

/** Makes a room, hands it to `work`, and removes it whatever happens (`MM_KEEP=1` keeps it and says where it is). */
export async function withRoom<T>(work: (room: Room) => T | Promise<T>): Promise<T> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), PREFIX)));
  insideRoom(root);
  const at = (name: string) => join(root, name);
  for (const name of ['home', 'bin', 'sessions', 'log', 'tmp']) mkdirSync(at(name));
  tools ??= findTools();
  for (const [tool, file] of tools) symlinkSync(file, join(at('bin'), tool));
  symlinkSync(nodePath(), join(at('bin'), 'node'));
  writeFileSync(join(at('home'), '.gitconfig'), '[user]\n\tname = Tester\n\temail = tester@example.invalid\n');
  shareCaches(at('tmp'));

  const room: Room = {
    root,
    home: at('home'),
    bin: at('bin'),
    sessions: at('sessions'),
    log: at('log'),
    tmp: at('tmp'),
    env: {
      PATH: at('bin'),
      HOME: at('home'),
      TMPDIR: at('tmp'),
      AI_AIP_ROOT: at('sessions'),
      AI_AIP_LINK: at('ai-aip'),
      GIT_CONFIG_NOSYSTEM: '1',
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      MM_TEST_LOG: at('log'),
      DENO_DIR: join(tmpdir(), 'mm-test-deno'),
      DENO_NO_UPDATE_CHECK: '1',
    },
    installTool(name, script) {
      room.removeTool(name);
      writeFileSync(join(room.bin, name), script, { mode: 0o755 });
    },
    removeTool(name) {
      rmSync(join(insideRoom(room.bin), name), { force: true });
    },
  };
  try {
    return await work(room);
  } finally {
    killRunning();
    if (process.env.MM_KEEP === '1') console.error(`kept: ${root}`);
    else clear(root);
  }
}

/** Compiled TypeScript is kept in the temporary folder; a room of its own must not mean compiling it all again. */
function shareCaches(tmp: string): void {
  for (const name of [`tsx-${process.geteuid?.() ?? 'user'}`, 'node-compile-cache']) {
    const shared = join(tmpdir(), `mm-test-${name}`);
    mkdirSync(shared, { recursive: true });
    symlinkSync(shared, join(tmp, name));
  }
}

/** Removes the room, folders without write permission too. */
function clear(root: string): void {
  try {
    rmSync(insideRoom(root), { recursive: true, force: true, maxRetries: 3 });
  } catch {
    openUp(root);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function openUp(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (lstatSync(path).isDirectory()) openUp(path);
  }
}

/** Removes a file, link or folder that may not exist; a link is never followed. */
export function removeIfThere(path: string): void {
  rmSync(insideRoom(path), { recursive: true, force: true });
}
