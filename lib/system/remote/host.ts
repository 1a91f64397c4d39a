// A host on which lanes run: a prefix that runs a command there, and what was learnt of it. Says how the far side is
// spoken to; knows no engine by name.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shellWord } from '../../core/shell-word.ts';
import { isObjectId } from '../git.ts';
import { type Call, type Called, call } from './call.ts';

/** How a host is reached: plain data, so that a journal can hold it. */
interface Host {
  readonly name: string;
  /** A command of argv, taken as a prefix, runs there; its standard streams are passed through. */
  readonly via: readonly string[];
  /** Where lanes lie there; null: `~/.cache/mm`. */
  readonly root: string | null;
}

/** A host that answered. */
export interface Far extends Host {
  /** Path there of our script; needs no quoting in any shell. */
  readonly tool: string;
  /** PATH as a login shell there has it. */
  readonly path: string;
  /** Which of the programs that were asked for are there. */
  readonly programs: ReadonlySet<string>;
  /** Which of the files that were asked for are there. */
  readonly files: ReadonlySet<string>;
  /** Commits of the repository that it has. */
  readonly known: readonly string[];
  readonly git: string;
  readonly freeBytes: number;
  /** How long the answer took. */
  readonly elapsedMs: number;
}

/** Everything that stands in an argument there is made of these, so that no shell on the way changes it. */
const isSafeWord = (word: string): boolean => /^[A-Za-z0-9._/-]+$/.test(word);

let script: string | null = null;
const laneScript = (): string => {
  script ??= readFileSync(fileURLToPath(new URL('./lane.sh', import.meta.url)), 'utf8');
  return script;
};

/** Ends the script's text there; no line of it is this one. */
const END = 'END_OF_LANE_SH';

/**
 * Says hello: brings the script there and asks what there is. One call for a host and run.
 * @param ask.repository a name for the cache of its objects, @param ask.programs and @param ask.files which to look for
 * @returns why it can't be used, in words
 */
export async function hello(
  host: Host,
  ask: { readonly repository: string; readonly programs: readonly string[]; readonly files?: readonly string[] },
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Far | string> {
  const nonce = freshNonce();
  const text = laneScript();
  const name = `lane-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.sh`;
  const greeting = `umask 077
unset CDPATH ENV
MM_ROOT=${shellWord(host.root ?? '')}
[ -n "$MM_ROOT" ] || MM_ROOT=\${XDG_CACHE_HOME:-$HOME/.cache}/mm
case $MM_ROOT in "~"/*) MM_ROOT=$HOME/\${MM_ROOT#"~"/} ;; esac
printf '\\n%s\\n' ${nonce}
fail() { printf 'x 1 %s\\n' "$*"; exit 0; }
mkdir -p "$MM_ROOT" 2>/dev/null && cd "$MM_ROOT" && MM_ROOT=$(pwd -P) || fail "no folder can be made at $MM_ROOT"
case $MM_ROOT in
  *[!A-Za-z0-9._/-]*)
    link=/tmp/mm-$(id -u)-$(printf %s "$MM_ROOT" | md5sum | cut -c 1-16)
    [ -h "$link" ] || ln -s "$MM_ROOT" "$link"
    set -- $(ls -ldn "$link")
    [ "$3" = "$(id -u)" ] && [ "$(cd "$link" && pwd -P)" = "$MM_ROOT" ] || fail "$link is not ours" ;;
  *) link=$MM_ROOT ;;
esac
[ -e ${name} ] && touch ${name} || { cat >${name}.$$ <<'${END}' &&
${text.trimEnd()}
${END}
mv ${name}.$$ ${name} || fail "nothing can be written in $MM_ROOT"; }
git=$(git --version 2>&1 </dev/null) || fail "git is not there: $git"
# csh takes no -lc, and reads the same file without it
path=$({ "\${SHELL:-sh}" -lc env || "\${SHELL:-sh}" -c env; } 2>/dev/null </dev/null | sed -n 's/^PATH=//p' | tail -n 1)
[ -z "$path" ] || PATH=$path
printf 'k tool %s\\nk git %s\\nk path %s\\n' "$link/${name}" "\${git#git version }" "$PATH"
printf 'k free %s\\n' "$(df -Pk . 2>/dev/null | awk 'NR == 2 { print $4 }')"
for each in ${ask.programs.filter(isSafeWord).join(' ')}; do
  command -v "$each" >/dev/null 2>&1 && printf 'k program %s\\n' "$each"
done
for each in ${(ask.files ?? []).map(shellWord).join(' ')}; do
  case $each in "~"/*) at=$HOME/\${each#"~"/} ;; *) at=$each ;; esac
  [ ! -e "$at" ] || printf 'k file %s\\n' "$each"
done
[ ! -d repos/${ask.repository}.git ] || GIT_DIR=repos/${ask.repository}.git \\
  git for-each-ref --sort=-creatordate --count=100 --format='k known %(objectname)' refs/mm </dev/null
printf 'x 0 hello\\n'
`;
  const began = performance.now();
  const answer = await call({
    argv: [...host.via, 'sh'],
    env,
    nonce,
    input: Buffer.from(greeting),
    ...(signal ? { signal } : {}),
  });
  if (answer.end === null) return answer.said || 'it did not answer';
  if (answer.end.code !== 0) return answer.end.why;
  const all = (key: string): readonly string[] => answer.values.get(key) ?? [];
  const tool = all('tool')[0] ?? '';
  if (!isSafeWord(tool)) return `it answered with the path ${JSON.stringify(tool)}`;
  const git = all('git')[0] ?? '';
  if (isTooOld(git)) return `git ${git} is too old there: ${OLDEST_GIT.join('.')} or newer is needed`;
  return {
    ...host,
    tool,
    path: all('path')[0] ?? '',
    programs: new Set(all('program')),
    files: new Set(all('file')),
    known: all('known').filter(isObjectId),
    git,
    freeBytes: Number(all('free')[0] ?? 0) * 1024,
    elapsedMs: performance.now() - began,
  };
}

/** The oldest git there whose commands have all that the script asks of them. */
const OLDEST_GIT = [2, 20] as const;

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1]);
}

/** Calls a verb of the script there, once. */
export function callVerb(
  host: Pick<Far, 'via' | 'tool'>,
  words: readonly string[],
  how: Omit<Call, 'argv' | 'nonce'>,
): Promise<Called> {
  const bad = words.find((word) => !isSafeWord(word));
  if (bad !== undefined) throw new Error(`${JSON.stringify(bad)} is no word for a far side`);
  const nonce = freshNonce();
  return call({ argv: [...host.via, 'sh', host.tool, nonce, ...words], nonce, ...how });
}

const freshNonce = (): string => `mm-${randomBytes(12).toString('hex')}`;

/** How often the same is called again when the connection was cut, and how long apart. */
const TRIES = 4;
const PAUSE_MS = 1000;

/**
 * Calls a verb that may be called again: until it answers, or the tries are used up.
 * @param input made anew for each try
 * @returns its answer, or why there is none, in words
 */
export async function callUntil(
  host: Pick<Far, 'via' | 'tool' | 'name'>,
  words: (attempt: number) => readonly string[],
  input: (attempt: number) => Promise<Uint8Array>,
  how: Pick<Call, 'env' | 'signal' | 'onOutput'>,
): Promise<Called | string> {
  for (let attempt = 0; ; attempt++) {
    const answer = await callVerb(host, words(attempt), { ...how, input: await input(attempt) });
    if (answer.end?.code === 0) return answer;
    const why = answer.end?.why ?? (answer.said || 'the connection was cut');
    if (how.signal?.aborted || attempt + 1 >= TRIES || (answer.end !== null && answer.end.code !== AGAIN)) return why;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** attempt));
  }
}

/** The far side's word for "the same again". */
export const AGAIN = 75;
