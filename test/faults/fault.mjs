// Preloaded into the program under test (NODE_OPTIONS=--import …): counts what the program does to the disk and the
// processes it starts, and at a chosen place kills it, signals it, or lets its writing fail as a full disk would.
// Plain JavaScript, since it runs before TypeScript can be loaded. MM_FAULT says what to do, as JSON (see fault.ts).
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** @typedef {{ root: string, count: string, event?: number, phase?: string, operation?: number, wait?: number, how?: string, fail?: string, only?: string }} Fault */

const said = process.env.MM_FAULT;
delete process.env.MM_FAULT;
delete process.env.NODE_OPTIONS; // what the program starts is left alone
if (said !== undefined) prepare(JSON.parse(said));

/** @param {Fault} fault */
function prepare(fault) {
  const real = { ...fs };
  const realPromises = { ...fs.promises };
  /** @type {Record<string, any>} */
  const promises = fs.promises;
  /** @type {Record<string, any>} */
  const sync = fs;
  /** @type {string[]} */
  const events = [];
  let operations = 0;
  let journal = -1;
  let begun = false;
  let done = false;

  const here = (path) => typeof path === 'string' && (path.startsWith(`${fault.root}/sessions`) || path.startsWith(`${fault.root}/work`));

  /** Counts an operation; at the chosen one the program is killed before it, or a moment later. */
  const reach = (paths) => {
    begun ||= paths.some(here);
    if (!begun || !paths.some((path) => path === null || here(path))) return;
    operations++;
    if (done || operations !== fault.operation) return;
    done = true;
    if (fault.wait) setTimeout(() => strike(fault, real), fault.wait);
    else strike(fault, real);
  };
  /** The error that the system would give, from the chosen operation on. */
  const refuse = (paths) => {
    if (fault.fail === undefined || fault.operation === undefined || operations < fault.operation) return;
    if (!paths.some((path) => here(path) && (fault.only === undefined || path.includes(fault.only)))) return;
    throw Object.assign(new Error(`${fault.fail}: made by a test`), { code: fault.fail, syscall: 'write' });
  };

  const TWO = new Set(['rename', 'link', 'copyFile', 'cp']);
  const pathsOf = (name, args) => (TWO.has(name.replace(/Sync$/, '')) ? [args[0], args[1]] : name.startsWith('symlink') ? [args[1]] : [args[0]]);
  const WRITING = 'rename unlink rmdir rm mkdir symlink link writeFile appendFile copyFile cp chmod open utimes truncate'.split(' ');
  for (const name of WRITING) {
    promises[name] = async (...args) => {
      reach(pathsOf(name, args));
      refuse(pathsOf(name, args));
      return realPromises[name](...args);
    };
    sync[`${name}Sync`] = (...args) => {
      reach(pathsOf(name, args));
      refuse(pathsOf(name, args));
      const result = real[`${name}Sync`](...args);
      if (name === 'open' && String(args[0]).endsWith('/events.jsonl') && args[1] !== 'r') journal = result;
      return result;
    };
  }
  const { spawn } = childProcess;
  childProcess.spawn = (...args) => {
    if (begun) reach([null]);
    return spawn(...args);
  };
  fs.writeSync = (fd, data, ...rest) => {
    if (fd !== journal) return real.writeSync(fd, data, ...rest);
    const bytes = Buffer.from(data).subarray(typeof rest[0] === 'number' ? rest[0] : 0);
    reach([`${fault.root}/sessions`]);
    const types = [...bytes.toString('utf8').matchAll(/^\{"seq":\d+,"at":"[^"]*","type":"(\w+)"/gm)].map((match) => match[1]);
    const first = events.length + 1;
    events.push(...types);
    const struck = !done && fault.event !== undefined && fault.event >= first && fault.event <= events.length;
    if (!struck) return real.writeSync(fd, data, ...rest);
    done = true;
    if (fault.phase === 'before') strike(fault, real);
    if (fault.phase === 'torn') {
      real.writeSync(fd, bytes, 0, Math.ceil(bytes.length / 2));
      strike(fault, real);
      return Math.ceil(bytes.length / 2); // after a signal it goes on
    }
    const written = real.writeSync(fd, data, ...rest);
    strike(fault, real);
    return written;
  };
  syncBuiltinESMExports();
  process.once('exit', () => real.writeFileSync(fault.count, JSON.stringify({ operations, events })));
}

/** Kills or signals. @param {Fault} fault */
function strike({ how = 'runner', root, count }, real) {
  real.writeFileSync(`${count}.struck`, how);
  if (how.startsWith('SIG')) {
    process.kill(process.pid, how);
    return;
  }
  if (how === 'group') process.kill(-process.pid, 'SIGKILL');
  if (how === 'orphans') killAll((pid, command) => command.includes('guardian.sh'));
  if (how === 'all') killAll(() => true);
  process.kill(process.pid, 'SIGKILL');

  /** Other processes of this test's room that are `wanted`. */
  function killAll(wanted) {
    for (const name of real.readdirSync('/proc')) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      try {
        if (!real.readFileSync(`/proc/${name}/environ`, 'utf8').includes(`${root}/`)) continue;
        if (wanted(Number(name), real.readFileSync(`/proc/${name}/cmdline`, 'utf8'))) process.kill(Number(name), 'SIGKILL');
      } catch {
        // gone meanwhile
      }
    }
  }
}
