// Builds the complete environment of a command that a recipe starts: the user's own, without other vendors' keys,
// without git's pointers into some repository, and without what npm, npx or a shell left there for starting us.
import { delimiter } from 'node:path';
import { pathEntries } from './find-on-path.ts';

/** What `git rev-parse --local-env-vars` names, and what belongs to it: each would point a lane's git elsewhere. */
export const GIT_LOCAL_VARIABLES: readonly string[] = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_KEY_*',
  'GIT_CONFIG_VALUE_*',
  'GIT_OBJECT_DIRECTORY',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_COMMON_DIR',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_QUARANTINE_PATH',
];

/** What would make a shell run or find something else than the recipe says. */
const SHELL_VARIABLES = [
  'BASH_ENV',
  'ENV',
  'SHELLOPTS',
  'BASHOPTS',
  'BASH_FUNC_*',
  'BASH_XTRACEFD',
  'CDPATH',
  'GLOBIGNORE',
  'PS4',
];

/** What started us, and what an outer run of ours gave to its own command. */
const OWN_VARIABLES = [
  'TSX_*',
  'ESBK_*',
  'ESBUILD_*',
  'ZX_*',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  'MM_SESSION_ID',
  'MM_SESSION_DIR',
  'MM_PASS',
  'MM_STEP',
  'MM_SLOT',
  'MM_PROMPT_FILE',
  'MM_PORT',
  'MM_PROCESS_TOKEN',
  'PWD',
  'OLDPWD',
];

const ALWAYS_DROPPED = [...GIT_LOCAL_VARIABLES, ...SHELL_VARIABLES, ...OWN_VARIABLES];

/** npm gives these to what it runs; in a lane they would send npm to our own folder. */
const NPM_VARIABLES = ['npm_*', 'INIT_CWD', 'NODE', 'COLOR', 'EDITOR'];

/** Where packages come from and how to get there: as true in a lane as it was for us. */
const NPM_KEPT = [
  'npm_config_registry',
  'npm_config_cache',
  'npm_config_userconfig',
  'npm_config_@*',
  'npm_config_//*',
  'npm_config_proxy',
  'npm_config_https_proxy',
  'npm_config_noproxy',
  'npm_config_cafile',
  'npm_config_ca',
  'npm_config_strict_ssl',
  'npm_config_offline',
  'npm_config_prefer_offline',
];

interface ChildEnvironmentSpec {
  readonly base: Readonly<Record<string, string | undefined>>;
  /** Globs (only `*` is special) of what no command sees unless its own `pass` names it. */
  readonly withhold: readonly string[];
  /** The `pass` globs of every backend: one vendor's keys are not for the others. */
  readonly passAll: readonly string[];
  /** The globs of this command's own backend. */
  readonly pass: readonly string[];
  /** Set last, whatever the rest says. */
  readonly set: Readonly<Record<string, string>>;
}

/** The complete environment for one command. */
export function childEnvironment(spec: ChildEnvironmentSpec): Record<string, string> {
  const dropped = matcher(ALWAYS_DROPPED);
  const others = matcher([...spec.withhold, ...spec.passAll]);
  const own = matcher(spec.pass);
  const npm = startedByNpm(spec.base) ? matcher(NPM_VARIABLES) : () => false;
  const kept = matcher(NPM_KEPT);

  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(spec.base)) {
    if (value === undefined || dropped(name)) continue;
    if (npm(name) && !kept(name) && !isTheUsers(name, value)) continue;
    if (others(name) && !own(name)) continue;
    result[name] = value;
  }
  result.PATH = cleanPath(spec.base);
  return { ...result, ...spec.set };
}

/** The PATH without empty and relative entries, and without the folders that npm put in front of it to start us. */
export function cleanPath(base: Readonly<Record<string, string | undefined>>): string {
  const entries = pathEntries(base.PATH);
  if (!startedByNpm(base)) return entries.join(delimiter);
  return entries.filter((entry) => !/\/(node_modules\/\.bin|node-gyp-bin)\/?$/.test(entry)).join(delimiter);
}

/** A test for names that match any of the globs; `*` stands for any characters, everything else for itself. */
export function matcher(globs: readonly string[]): (name: string) => boolean {
  if (globs.length === 0) return () => false;
  const alternatives = globs.map((glob) => glob.split('*').map(literally).join('.*'));
  const pattern = new RegExp(`^(?:${alternatives.join('|')})$`, 's');
  return (name) => pattern.test(name);
}

const literally = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');

const startedByNpm = (base: Readonly<Record<string, string | undefined>>): boolean =>
  base.npm_execpath !== undefined || base.npm_command !== undefined || base.npm_lifecycle_event !== undefined;

/** npm fills in an editor (`vi`) and a colour wish (0 or 1) where the user has none; anything else is the user's. */
const isTheUsers = (name: string, value: string): boolean => name === 'EDITOR' && value !== 'vi';

/** Our own environment, as it is, without variables that are empty. */
export const ownEnvironment = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]));
