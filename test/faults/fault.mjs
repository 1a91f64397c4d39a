// Preloaded into the program under test (NODE_OPTIONS=--import …): counts what the program does to the disk and the
// processes it starts, and at a chosen place kills it, signals it, or lets its writing fail as a full disk would.
// Plain JavaScript, since it runs before TypeScript can be loaded. MM_FAULT says what to do, as JSON (see fault.ts).
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** @typedef {{ root: string, count: string, event?: number, phase?: string, operation?: number, wait?: number, how?: string, fail?: string, only?: string }} Fault */
/** @typedef {(...args: any[]) => any} Call */

/** @type {Record<string, any>} */
const sync = fs;
/** @type {Record<string, any>} */
const promises = fs.promises;
/** @type {Record<string, any>} */
const processes = childProcess;
/** @type {Record<string, Call>} */
const real = { ...sync };
/** @type {Record<string, Call>} */
const realPromises = { ...promises };

const WRITING =
  'rename unlink rmdir rm mkdir symlink link writeFile appendFile copyFile cp chmod open utimes truncate'.split(' ');
const FREEING = ['unlink', 'rmdir', 'rm', 'chmod', 'utimes', 'truncate'];
const OF_TWO_PATHS = ['rename', 'link', 'copyFile', 'cp'];

const said = process.env.MM_FAULT;
delete process.env.MM_FAULT;
delete process.env.NODE_OPTIONS; // what the program starts is left alone
if (said !== undefined) prepare(JSON.parse(said));

/** @param {Fault} fault */
function prepare(fault) {
  /** @type {string[]} */
  const events = [];
  let operations = 0;
  let journal = -1;
  let begun = false;
  let done = false;

  const strikeOnce = () => {
    done = true;
    strike(fault);
  };
  /** @param {unknown} path */
  const here = (path) =>
    typeof path === 'string' && (path.startsWith(`${fault.root}/sessions/`) || path.startsWith(`${fault.root}/work/`));

  /**
   * Counts an operation on paths of the room; at the chosen one the program is struck, before it or a moment later.
   * @param {readonly unknown[]} paths
   * @param {boolean} makes whether a full disk could refuse it
   */
  const reach = (paths, makes = true) => {
    begun ||= paths.some(here);
    if (!begun || !paths.some((path) => path === null || here(path))) return;
    operations++;
    if (fault.fail === undefined && !done && operations === fault.operation) {
      done = true;
      if (fault.wait) setTimeout(strikeOnce, fault.wait);
      else strikeOnce();
    }
    if (makes) refuse(paths);
  };
  /**
   * From the chosen operation on the disk refuses.
   * @param {readonly unknown[]} paths
   */
  const refuse = (paths) => {
    if (fault.fail === undefined || operations < (fault.operation ?? 1)) return;
    if (!paths.some((path) => here(path) && (fault.only === undefined || String(path).includes(fault.only)))) return;
    real.writeFileSync?.(`${fault.count}.struck`, fault.fail);
    throw Object.assign(new Error(`${fault.fail}: made by a test`), { code: fault.fail, syscall: 'write' });
  };
  /** @type {Map<number, string>} */
  const kinds = new Map();
  /**
   * @param {{ type: string, id: number, undo?: { kind: string; trial?: boolean } }} event
   * @returns {string}
   */
  const labelOf = ({ type, id, undo }) => {
    if (type === 'effect') kinds.set(id, `${undo?.kind}${undo?.trial ? '.trial' : ''}`);
    return type === 'effect' || type === 'effect_undone' ? `${type}.${kinds.get(id)}` : type;
  };
  /**
   * @param {string} name
   * @param {readonly unknown[]} args
   */
  const pathsOf = (name, args) =>
    OF_TWO_PATHS.includes(name) ? args.slice(0, 2) : name === 'symlink' ? args.slice(1, 2) : args.slice(0, 1);

  for (const name of WRITING) {
    promises[name] = async (/** @type {any[]} */ ...args) => {
      reach(pathsOf(name, args), !FREEING.includes(name));
      return realPromises[name]?.(...args);
    };
    sync[`${name}Sync`] = (/** @type {any[]} */ ...args) => {
      reach(pathsOf(name, args), !FREEING.includes(name));
      const result = real[`${name}Sync`]?.(...args);
      if (name === 'open' && String(args[0]).endsWith('/events.jsonl') && args[1] !== 'r') journal = result;
      return result;
    };
  }
  const { spawn } = processes;
  processes.spawn = (/** @type {any[]} */ ...args) => {
    if (begun) reach([null]);
    return spawn(...args);
  };
  sync.writeSync = (/** @type {any[]} */ ...args) => {
    if (args[0] !== journal) return real.writeSync?.(...args);
    const bytes = Buffer.from(args[1]).subarray(typeof args[2] === 'number' ? args[2] : 0);
    reach([`${fault.root}/sessions/events.jsonl`]);
    const lines = bytes.toString('utf8').split('\n').slice(0, -1);
    const first = events.length + 1;
    events.push(...lines.map((line) => labelOf(JSON.parse(line))));
    const at = fault.event;
    if (done || at === undefined || at < first || at > events.length) return real.writeSync?.(...args);
    if (fault.phase === 'before') strikeOnce();
    if (fault.phase === 'torn') {
      const half = Math.ceil(bytes.length / 2);
      real.writeSync?.(journal, bytes, 0, half);
      strikeOnce();
      return half; // after a signal it goes on
    }
    const written = real.writeSync?.(...args);
    if (fault.phase === 'after') strikeOnce();
    return written;
  };
  syncBuiltinESMExports();
  process.once('exit', () => real.writeFileSync?.(fault.count, JSON.stringify({ operations, events })));
}

/** Kills or signals. @param {Fault} fault */
function strike({ how = 'runner', wait = 0, root, count }) {
  const far = FAR[how];
  if (far !== undefined) {
    strikeFar({ how, far, wait, root, count });
    return;
  }
  real.writeFileSync?.(`${count}.struck`, how);
  if (how.startsWith('SIG')) {
    process.kill(process.pid, how);
    return;
  }
  if (how === 'group') process.kill(-process.pid, 'SIGKILL');
  if (how === 'orphans') killOthers(root, 'guardian.sh');
  if (how === 'all') killOthers(root, '');
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Who that is far away: of the processes there, or of those of the connection (test/support/far-host.ts).
 * @type {Record<string, (process: { there: boolean, wire: boolean, command: string }) => boolean>}
 */
const FAR = {
  connection: ({ there, wire }) => wire && !there,
  call: ({ there, command }) => there && /\.sh\0mm-\w+\0/.test(command),
  supervisor: ({ there, command }) => there && command.includes('\0supervise\0'),
  host: ({ there, wire }) => there || wire,
};

/** How long a host is away that was struck, in seconds. */
const AWAY = 2;

/**
 * Strikes as soon as there is somebody to be struck, or a moment later; the runner lives on, and may end before.
 * @param {{ how: string, far: (process: any) => boolean, wait: number, root: string, count: string }} fault
 */
function strikeFar({ how, far, wait, root, count }) {
  let seen = wait === 0 ? 0 : Number.POSITIVE_INFINITY;
  const look = setInterval(() => {
    if (seen === Number.POSITIVE_INFINITY && farAway(root).some(far)) seen = performance.now();
    if (performance.now() < seen + wait) return;
    const all = farAway(root).filter(far);
    // of a shell the process itself: what it has started must see that by itself
    const isAlone = how === 'supervisor' || how === 'call';
    const struck = isAlone ? all.filter(({ parent }) => !all.some(({ pid }) => pid === parent)) : all;
    if (struck.length === 0) return;
    clearInterval(look);
    real.writeFileSync?.(`${count}.struck`, `${how} ${struck.length}`);
    if (how === 'host') real.writeFileSync?.(`${root}/down`, String(Math.ceil(Date.now() / 1000) + AWAY));
    // until nobody is left who could have started another one meanwhile
    for (let left = struck; left.length > 0; left = how === 'host' ? farAway(root).filter(far) : [])
      for (const { pid } of left) kill(pid);
  }, 5);
  look.unref();
}

/** @param {string} root */
const farAway = (root) =>
  fs.readdirSync('/proc').flatMap((name) => {
    try {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
      const command = fs.readFileSync(`/proc/${name}/cmdline`, 'latin1');
      const there = fs.readFileSync(`/proc/${name}/environ`, 'latin1').includes(`FAR=${root}`);
      const parent = Number(fs.readFileSync(`/proc/${name}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[1]);
      return [{ pid: Number(name), parent, command, there, wire: command.includes(`${root}/wire`) }];
    } catch {
      return []; // gone meanwhile
    }
  });

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}

/**
 * Kills the room's processes whose command holds a word.
 * @param {string} root
 * @param {string} word
 */
function killOthers(root, word) {
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const ours = fs.readFileSync(`/proc/${name}/environ`, 'utf8').includes(`${root}/`);
      if (ours && fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word))
        process.kill(Number(name), 'SIGKILL');
    } catch {
      // gone meanwhile
    }
  }
}
