// A checked slot → the slot and its backends as the engine takes them, every default filled in. Those of `output` are
// what most CLIs have in common.
import { dirname, resolve } from 'node:path';
import type { Backend, Condition, Flag, OutputFormat, Place } from '../core/backend.ts';
import { parseDuration } from '../core/duration.ts';
import type { Json } from '../core/json.ts';
import { ORIGINS, type Origin } from '../core/origin.ts';
import type { Slot, WorkspaceKind } from '../core/recipe.ts';
import { ANSWER_SCHEMA, LINES } from './check-backends.ts';
import { hostNames } from './key-hosts.ts';
import { lineOf } from './source.ts';
import { at, itemsOf, type Tree, textOf } from './tree.ts';
import { isTrue, limit, listed, mapped, orNull, shaped, textOr, texts, value, valueOr, wordOr } from './values.ts';

/** @param permissions what the recipe says of all its slots */
export function slotOf(id: string, slot: Tree | undefined, permissions: Tree | undefined): Slot {
  const said = at(slot, 'permissions') ?? permissions;
  return shaped<Slot>({
    id: () => id,
    title: textOr(id),
    primary: isTrue,
    // the code of strangers runs where it can reach nothing of the user's git
    workspace: (written) =>
      at(slot, 'host') === undefined
        ? valueOr<WorkspaceKind>(at(slot, 'from') === undefined ? 'worktree' : 'clone')(written, '')
        : 'remote',
    hosts: ['host', hostNames],
    askHosts: ['ask_host', hostNames],
    timeoutMs: ['timeout', limit],
    backends: listed((tree) => backendOf(tree, said)),
    from: originOf,
    of: () => id,
    spare: () => false,
  })(slot);
}

function backendOf(tree: Tree | undefined, said: Tree | undefined): Backend {
  const permissions = wordOr('workspace', 'full')(at(tree, 'permissions') ?? said, '');
  return shaped<Backend>({
    cli: textOr(''),
    vendor: (written) => textOf(written) ?? textOf(at(tree, 'cli')) ?? '',
    run: [permissions === 'workspace' ? 'workspace_only' : 'run', texts],
    readOnly: (written) => (value(written) === false ? false : argv(written, '')),
    mend: permissions === 'workspace' ? () => null : argv,
    reading: argv,
    judge: argv,
    answerSchema: ['answer_schema', texts],
    stdin: textOr(null),
    env: shaped({ pass: texts, set: mapped(textOr('')) }),
    settings: mapped(textOr('')),
    via: texts,
    install: textOr(null),
    login: shaped({ env: texts, files: texts, how: textOr(null) }),
    output: (written) => outputFormat(value(written)),
    resume: [permissions === 'workspace' ? 'workspace_resume' : 'resume', argv],
    cap: argv,
    permissions: () => permissions,
    allows: textOr(null),
    measured: textOr(null),
    flags: () =>
      LINES.flatMap((key) =>
        flagsOf(
          withSchema(itemsOf(at(tree, key)), itemsOf(at(tree, 'answer_schema'))),
          key === 'run' ? itemsOf(at(tree, 'cap')) : [],
        ),
      ),
    unlisted: texts,
  })(tree);
}

/** What the one key of `from` says. */
function originOf(tree: Tree | undefined): Origin | null {
  const kind = ORIGINS.find((key) => at(tree, key) !== undefined);
  if (kind === undefined) return null;
  const written = at(tree, kind);
  if (kind === 'command') return { kind, what: texts(written) };
  const what = String(value(written));
  const isPath = kind === 'patch' || kind === 'folder';
  return { kind, what: isPath ? resolve(dirname(written!.place.source.name), what) : what };
}

const argv = orNull(texts);

const withSchema = (line: readonly Tree[], schema: readonly Tree[]): readonly Tree[] =>
  line.flatMap((item) => (textOf(item) === ANSWER_SCHEMA ? schema : [item]));

/** The options of a command, without values that stand behind `=`. @param more what is put at its end at times */
function flagsOf(line: readonly Tree[], more: readonly Tree[]): readonly Flag[] {
  const words = line.map((item) => textOf(item) ?? '');
  const end = words.findIndex((word, i) => i > 0 && !/^[a-z][a-z-]*$/.test(word));
  const command = words.slice(0, end === -1 ? words.length : end);
  return [...line, ...more].flatMap((item): readonly Flag[] => {
    const [flag] = /^--?[A-Za-z][\w-]*/.exec(textOf(item) ?? '') ?? [];
    if (flag === undefined) return [];
    return [{ flag, command, place: `${item.place.source.name}:${lineOf(item.place)}` }];
  });
}

type Written = Readonly<Record<string, Json>>;

const GRACE_MS = 10_000;
const FAILED: Written[] = [{ is_error: true }, { subtype: 'error*' }, { status: ['error', 'failed', 'failure'] }];

/** What of its usage counts the whole session, by what the recipe says of it. */
const THREAD: Readonly<Record<string, OutputFormat['thread']>> = {
  thread: ['input_tokens', 'output_tokens', 'cached_tokens', 'cost_usd'],
  'thread-cost': ['cost_usd'],
};

/** @param written checked against the schema; undefined: plain text */
export function outputFormat(written: Json | undefined): OutputFormat {
  const said = (written ?? {}) as Written;
  return {
    format: (said.format ?? 'text') as OutputFormat['format'],
    answer: places(said.answer),
    error: places(said.error),
    input_tokens: places(said.input_tokens),
    output_tokens: places(said.output_tokens),
    cached_tokens: places(said.cached_tokens),
    cost_usd: places(said.cost_usd),
    session: places(said.session),
    thread: THREAD[String(said.usage ?? 'run')] ?? [],
    failed: conditions(said.failed ?? FAILED),
    done: done(said.done),
  };
}

function done(written: Json | undefined): OutputFormat['done'] {
  if (written === false) return null;
  const { where, grace } = (written ?? {}) as Written;
  const graceMs = typeof grace === 'string' || typeof grace === 'number' ? parseDuration(grace) : GRACE_MS;
  return { where: where === undefined ? null : conditions(where), graceMs: graceMs ?? 0 };
}

const oneOrMore = (written: Json | undefined): readonly Json[] => (written === undefined ? [] : [written].flat());

const places = (written: Json | undefined): readonly Place[] =>
  oneOrMore(written).map((place) => {
    if (typeof place === 'string') return { path: place, where: {}, sum: false };
    const { path, where, sum } = place as Written;
    return { path: String(path), where: condition(where ?? {}), sum: sum === true };
  });

const conditions = (written: Json): readonly Condition[] => oneOrMore(written).map(condition);

const condition = (written: Json): Condition =>
  Object.fromEntries(Object.entries(written as Written).map(([path, each]) => [path, oneOrMore(each)]));
