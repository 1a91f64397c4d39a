// Waits for something to change in a folder: told by the system where it can, and looked for now and then all the same,
// since a process that dies changes no file, and not every disk tells.
import { type FSWatcher, watch } from 'node:fs';

interface FolderWatch {
  /**
   * Resolves at the next change, at once where there was one meanwhile, at the latest after so many milliseconds.
   * @returns whether there was a change
   */
  next(atMost: number): Promise<boolean>;
  close(): void;
}

export function watchFolder(folder: string): FolderWatch {
  let changed = false;
  let wake = (): void => {};
  const tell = (): void => {
    changed = true;
    wake();
  };
  const watcher = watching(folder, tell);
  return {
    async next(atMost) {
      let timer: NodeJS.Timeout | undefined;
      if (!changed)
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, atMost);
        });
      clearTimeout(timer);
      const told = changed;
      changed = false;
      return told;
    },
    close: () => watcher?.close(),
  };
}

/** Null: the folder is gone, or too much is watched already. */
function watching(folder: string, tell: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, tell);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
