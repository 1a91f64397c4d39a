// Shows a file with the program that the user's desktop has for it, where there is a desktop.

import { startApart } from './attach.ts';
import { findOwn } from './find-on-path.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Absolute path of what opens files here; null where there is no desktop, or nothing that opens files. */
export function opener(env: Environment): string | null {
  if (process.platform === 'darwin') return findOwn('open');
  const windows = env.WSL_DISTRO_NAME || env.WSL_INTEROP ? findOwn('wslview') : null;
  if (windows !== null) return windows;
  return env.DISPLAY || env.WAYLAND_DISPLAY ? findOwn('xdg-open') : null;
}

/** Opens it and goes on at once. Null, or why that is impossible. @param file absolute */
export async function openFile(file: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const program = opener(env);
  return program === null ? 'there is no desktop here to open it' : startApart([program, file], env);
}
