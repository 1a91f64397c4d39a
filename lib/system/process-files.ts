// The files that a command reads and writes by itself, and the watch over whether it still writes. Starts nothing.
import { closeSync, fstatSync, openSync } from 'node:fs';
import { fileFailure } from './file-failure.ts';

export interface ProcessFiles {
  readonly stdin: number | 'ignore';
  readonly stdout: number;
  readonly stderr: number;
}

/**
 * Opens them; an output file that exists already is never overwritten.
 * @param paths stdin null: /dev/null; the same path for both outputs: one file for both
 * @throws FailureError
 */
export function openFiles(paths: { stdin: string | null; stdout: string; stderr: string }): ProcessFiles {
  const opened: number[] = [];
  const open = (path: string, flag: 'r' | 'wx') => {
    try {
      const fd = openSync(path, flag, 0o600);
      opened.push(fd);
      return fd;
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      throw fileFailure(error, path, flag === 'r' ? 'read' : 'created');
    }
  };
  const stdin = paths.stdin === null ? 'ignore' : open(paths.stdin, 'r');
  const stdout = open(paths.stdout, 'wx');
  return { stdin, stdout, stderr: paths.stderr === paths.stdout ? stdout : open(paths.stderr, 'wx') };
}

export function closeFiles(files: ProcessFiles): void {
  for (const fd of new Set([files.stdin, files.stdout, files.stderr])) if (fd !== 'ignore') closeSync(fd);
}

/**
 * Calls `onSilence` once when neither file grew for `silenceMs`.
 * @returns stops watching
 */
export function watchSilence(
  files: Pick<ProcessFiles, 'stdout' | 'stderr'>,
  silenceMs: number | null | undefined,
  onSilence: () => void,
): () => void {
  if (silenceMs === null || silenceMs === undefined) return () => {};
  let seen = '';
  let since = performance.now();
  const look = () => {
    const sizes = `${fstatSync(files.stdout).size} ${fstatSync(files.stderr).size}`;
    if (sizes !== seen) [seen, since] = [sizes, performance.now()];
    else if (performance.now() - since >= silenceMs) onSilence();
  };
  const timer = setInterval(look, Math.min(Math.max(silenceMs / 10, 10), 5000));
  return () => clearInterval(timer);
}
