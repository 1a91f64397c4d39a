// A repository's name among sessions: slug, key and id, exactly as the workflow's shell lines compute them.
// Pure; asks git for nothing.
import { createHash } from 'node:crypto';

interface RepositoryIdentity {
  readonly slug: string;
  /** 12 hexadecimal digits. */
  readonly id: string;
  /** `<slug>--<id>`. */
  readonly folder: string;
}

/** Whether the shell's tools would read a name as UTF-8 characters or as bytes. */
function readsUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/**
 * `basename "$top" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9._-]/-/g'`: sed works on lines, so a line end within
 * the name stays, and `$(…)` takes line ends off its end; a letter beyond ASCII is one dash, or one for each byte.
 * @param top the working tree's absolute path
 */
export function slugOf(top: string, utf8 = true): string {
  const name = top.replace(/\/+$/, '').split('/').at(-1) || '/';
  const lower = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const dashes = (character: string): string => '-'.repeat(utf8 ? 1 : Buffer.byteLength(character));
  return lower.replace(/[^a-z0-9._\n-]/gu, dashes).replace(/\n+$/, '');
}

/**
 * @param origin the URL of `origin` as git says it, null without one; it decides the id, so that every clone and
 * worktree of the same name shares its sessions
 */
export function identify(
  top: string,
  origin: string | null,
  env: Readonly<Record<string, string | undefined>> = process.env,
): RepositoryIdentity {
  const whole = top.replace(/\n+$/, '');
  const slug = slugOf(whole, readsUtf8(env));
  const key = origin ? `${origin.replace(/\n+$/, '')}|${slug}` : whole;
  const id = createHash('sha256').update(key).digest('hex').slice(0, 12);
  return { slug, id, folder: `${slug}--${id}` };
}

/** The URL without a user's name and password, for showing and keeping. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}
