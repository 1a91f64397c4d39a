// Runs an end-to-end case that is written as text (test/scenarios/README.md says how).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { EXECUTE, eventsOf, withCrew } from './crew.ts';
import type { MmResult } from './mm.ts';
import type { Picture } from './picture.ts';
import type { Repo } from './repo.ts';

/** The archive's name, and what runs it. */
export function readScenario(file: string): { readonly name: string; readonly run: () => Promise<void> } {
  const [head = '', ...sections] = readFileSync(file, 'utf8').split(/^-- (.+) --\n/m);
  const [name = '', ...lines] = head.trimEnd().split('\n');
  const files: Record<string, string> = {};
  const agents: string[] = [];
  for (let at = 0; at < sections.length; at += 2) {
    const [title, text] = [sections[at] as string, sections[at + 1] as string];
    if (title.startsWith('agent ')) agents.push(`${title} ${text}`);
    else files[title.replace(/^~/, '../../home')] = text;
  }
  const run = async (repo: Repo): Promise<void> => {
    const scene = new Scene(repo);
    for (const [at, line] of [...agents, ...lines].entries())
      await scene.run(line).catch(({ message, details = '' }: Error & { readonly details?: string }) => {
        const place = `${basename(file)}:${at + 2 - agents.length}: ${line}`;
        throw new Error([place, `${message}${details}`, scene.last.stdout, scene.last.stderr].join('\n'));
      });
  };
  return { name, run: () => withCrew({ files }, run) };
}

class Scene {
  last: MmResult = { code: 0, signal: null, stdout: '', stderr: '', session: null, sessionDir: null };
  readonly #repo: Repo;
  readonly #env: Record<string, string | null> = {};
  readonly #agents: Record<string, Record<string, string>> = {};
  #before: Picture | null = null;

  constructor(repo: Repo) {
    this.#repo = repo;
  }

  async run(line: string): Promise<void> {
    const repo = this.#repo;
    const [, agent = '', step = '', script] = /^agent (\S+) (\S+) ([\s\S]*)$/.exec(line) ?? [];
    if (script !== undefined) {
      this.#agents[agent] = { ...this.#agents[agent], [step]: script };
      return repo.installAgent(agent, this.#agents[agent]);
    }
    const names: Record<string, string | null> = { REPO: repo.dir, HOME: repo.home, LOG: repo.log };
    Object.assign(names, { SESSION: this.last.sessionDir, ID: this.last.session?.session_id });
    const expanded = line.replace(/\$(REPO|HOME|LOG|SESSION|ID)\b/g, (_, name) => String(names[name]));
    const [, action, words = '', code = '0'] = /^(\S+)(?: (?!->)(.*?))?(?: -> (\d+))?$/.exec(expanded) ?? [];
    if (action === 'mm' || action === 'execute') {
      const say = `set -f; for word in ${words}; do printf '%s\\0' "$word"; done`;
      const { stdout } = spawnSync('bash', ['-c', say], { cwd: repo.dir, encoding: 'utf8' });
      const args = [...(action === 'mm' ? [] : EXECUTE), ...stdout.split('\0').slice(0, -1)];
      this.last = await repo.runMm(args, { env: this.#env, deadline: 170_000 });
      assert.is(String(this.last.code), code, `exit code ${this.last.code}`);
    } else if (action === 'sh') {
      const done = spawnSync('bash', ['-c', words], { cwd: repo.dir, env: { ...repo.env }, encoding: 'utf8' });
      this.last = { ...this.last, stdout: done.stdout, stderr: done.stderr };
      assert.is(String(done.status), code, `exit code ${done.status}`);
    } else if (action === 'env') {
      const [, name = '', value = null] = /^(\w+)(?:=(.*))?$/.exec(words) ?? [];
      this.#env[name] = value;
    } else if (action === 'without') for (const name of words.split(' ')) repo.removeTool(name);
    else if (action === 'picture') this.#before = repo.state();
    else if (action === 'same') assert.equal(parts(repo.state(), words), parts(this.#before as Picture, words));
    else if (action === 'no')
      for (const path of words.split(' ').slice(1)) assert.not.ok(existsSync(resolve(repo.dir, path)), path);
    else if (action !== '#') this.#check(expanded);
  }

  #check(line: string): void {
    const [, not, from = '', path = '', sign = '', value = ''] =
      /^(! )?(stdout|stderr|file|session|events|calls|json)(?: (\S+))? (=|~|\?~)(?: (.*))?$/.exec(line) ?? [];
    const sources: Record<string, () => unknown> = {
      stdout: () => this.last.stdout,
      stderr: () => this.last.stderr,
      file: () => readFileSync(resolve(this.#repo.dir, path), 'utf8'),
      session: () => look(this.last.session, path),
      events: () => look(eventsOf(this.last), path),
      calls: () => look(this.#repo.calls(), path),
      json: () => look(JSON.parse(this.last.stdout), path),
    };
    const is = sources[from]?.();
    if (sign === '=') {
      const text = value.startsWith('"') ? JSON.parse(value) : `${value}\n`;
      const should = ['stdout', 'stderr', 'file'].includes(from) ? text : parse(value);
      (not ? assert.not.equal : assert.equal)(is, should);
      return;
    }
    const texts = [is].flat().map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
    const fits = texts.filter((each) => new RegExp(value, 'm').test(each)).length;
    const right = not ? fits === 0 : sign === '~' ? fits === texts.length && fits > 0 : fits > 0;
    assert.ok(right && sign !== '', `${fits} of ${texts.length} match: ${texts.join('\n')}`);
  }
}

/** A picture's parts that are named, without the files that may differ. */
function parts(picture: Picture, words: string): unknown {
  const [names = '', but = ''] = words.split(/(?:^| )but /);
  const files = Object.entries(picture.files).filter(([path]) => !but.split(' ').includes(path));
  const all: Record<string, unknown> = { ...picture, files };
  return names === '' ? all : names.split(' ').map((name) => (name in all ? all[name] : assert.unreachable(name)));
}

/** What lies at a path, and what `|sort`, `|unique`, `|keys` and `|length` make of it. */
function look(value: unknown, path: string): unknown {
  const [way = '', ...filters] = path.split('|');
  let found = follow(value, way.match(/\[[^\]]*\]|\{[^}]*\}|[^.[{]+/g) ?? []);
  for (const filter of filters) {
    if (filter === 'keys') found = Object.keys(found as object);
    else if (filter === 'length') found = (found as string).length;
    else if (filter === 'unique') found = [...new Set(found as readonly unknown[])];
    else found = [...(found as readonly unknown[])].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return found;
}

// biome-ignore lint/suspicious/noExplicitAny: a value of any document
function follow(value: any, [part, ...rest]: readonly string[]): unknown {
  if (part === undefined) return value;
  if (part === '*') return Object.values(value).map((each) => follow(each, rest));
  const wanted = part.slice(1, -1).split(',');
  if (part.startsWith('{')) return wanted.map((each) => look(value, each));
  if (!part.startsWith('[')) return follow(value?.[part], rest);
  const pairs = wanted.map((pair) => pair.split('=') as [string, string]);
  const fits = (each: Record<string, unknown>) => pairs.every(([key, is]) => String(each[key]) === is);
  return follow(value.filter(fits), rest);
}
