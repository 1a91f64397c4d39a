// `mm clean --hosts [<recipe>]`: removes what of ours lies on a recipe's hosts: lanes of sessions that have ended,
// those of sessions that nobody here knows once nothing was done there in a week, and what no lane needs any more. A
// lane of a session that is unfinished, and one of an unknown session in which a command runs, stays.
import { type Failure, fail, type Result } from '../core/failure.ts';
import { hostMessages } from '../core/messages/host-messages.ts';
import type { HostSpec, Recipe } from '../core/recipe.ts';
import { listSessions, repositoryFolders } from '../session/find.ts';
import { stateRoot } from '../session/home.ts';
import { markOf } from '../steps/made-host.ts';
import { callUntil, type Far } from '../system/remote/host.ts';
import { prefixEnvironment } from '../system/remote/run-far.ts';
import { oneLine } from '../view/text.ts';
import type { CommandLine } from './arguments.ts';
import { greetHost } from './examine-hosts.ts';
import { calledIn } from './here.ts';
import { load } from './named-recipe.ts';

/** What became of one host. */
interface CleanedHost {
  readonly host: string;
  /** Whether it is made for each run (`up`) and taken down after it, so that there is none to look at. */
  readonly made: boolean;
  readonly removed: readonly string[];
  /** Lanes that stay, and why. */
  readonly kept: readonly string[];
  /** Why it could not be cleaned. */
  readonly failure: Failure | null;
}

/** The recipe where none is named. */
const USUAL = 'execute';

/** The recipe of which the hosts are meant: read before anything is removed. */
export async function recipeOfHosts(line: CommandLine): Promise<Result<Recipe>> {
  const { around } = calledIn(line);
  const folders = [process.cwd(), ...(around === null ? [] : [around])];
  const loaded = await load(line.operands[0] ?? USUAL, line, folders);
  if (!loaded.ok || Object.keys(loaded.value.hosts).length > 0) return loaded;
  return fail(hostMessages.noHosts({ recipe: loaded.value.name }));
}

export function cleanHosts(recipe: Recipe): Promise<readonly CleanedHost[]> {
  const sessions = knownSessions();
  return Promise.all(Object.values(recipe.hosts).map((host) => cleanHost(recipe, host, sessions)));
}

/** Of the sessions of all repositories here, whether they have ended, by the end of their lanes' names. */
function knownSessions(): ReadonlyMap<string, boolean> {
  const all = repositoryFolders(stateRoot(process.env)).flatMap(listSessions);
  return new Map(all.map(({ dir, record }) => [markOf(record.session_dir || dir), record.status !== 'in_progress']));
}

async function cleanHost(recipe: Recipe, spec: HostSpec, sessions: ReadonlyMap<string, boolean>): Promise<CleanedHost> {
  const { name: host, via, up } = spec;
  const far = up.length > 0 ? null : await greetHost(recipe, spec);
  if (far === null) return { host, made: true, removed: [], kept: [], failure: null };
  const cut = (why: string) => ({
    ...{ host, made: false, removed: [], kept: [] },
    failure: hostMessages.hostSilent({ host, why, command: [...via, 'git', '--version'].join(' ') }),
  });
  if (typeof far === 'string') return cut(far);
  const call = (...words: readonly string[]) => ask(recipe, far, words);
  const listed = await call('list');
  if (typeof listed === 'string') return cut(listed);
  const lanes = (listed.values.get('lane') ?? []).flatMap((told) => laneTold(told, sessions));
  const over = lanes.filter(({ isOver }) => isOver).map(({ name }) => name);
  const unknown = lanes.filter(({ isOver, state }) => isOver === undefined && state === 'old').map(({ name }) => name);
  const ended = over.length === 0 ? null : await call('remove', ...over);
  if (typeof ended === 'string') return cut(ended);
  const pruned = await call('prune', ...unknown);
  if (typeof pruned === 'string') return cut(pruned);
  const kept = lanes.flatMap(({ name, isOver, state }) => {
    if (isOver === true || unknown.includes(name)) return [];
    return `${name} (${isOver === false ? 'its session is unfinished' : STAYS[state]})`;
  });
  const removed = [...over.map((name) => `the lane ${name}`), ...(pruned.values.get('removed') ?? [])];
  return { host, made: false, removed, kept, failure: null };
}

/** Why a lane stays whose session is not known here. */
const STAYS: Readonly<Record<string, string>> = {
  live: 'a command runs there',
  recent: 'of a session that is not known here, and used within a week',
};

/** @param told `NAME STATE`, as the host says it */
function laneTold(told: string, sessions: ReadonlyMap<string, boolean>) {
  const [, name = '', mark = '', state = ''] = /^([\w-][\w.-]*\.(\w+)) (live|recent|old)$/.exec(told) ?? [];
  return name === '' ? [] : [{ name, state, isOver: sessions.get(mark) }];
}

const ask = (recipe: Recipe, far: Far, words: readonly string[]) =>
  callUntil(
    far,
    () => words,
    async () => new Uint8Array(),
    { env: prefixEnvironment({ withhold: recipe.withhold }) },
  );

/** What is said of it, a line each. */
export function hostLines(cleaned: CleanedHost): readonly string[] {
  return whatBecame(cleaned).map((what) => oneLine(`${cleaned.host}: ${what}`));
}

function whatBecame({ made, removed, kept, failure }: CleanedHost): readonly string[] {
  if (failure !== null) return [`nothing was removed; ${failure.what}`];
  if (made) return ['made for each run and taken down after it; there is none to look at.'];
  if (removed.length + kept.length === 0) return ['nothing of ours lies there.'];
  return [...removed.map((what) => `removed ${what}.`), ...kept.map((lane) => `left ${lane} alone.`)];
}
