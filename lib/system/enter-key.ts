// Listens for the Enter key while nothing else reads the terminal. The terminal stays as it is, and so does Ctrl-C:
// whatever ends us, nothing has to be put back. In the background nobody may read it: the system stops who does.
import type { ReadStream } from 'node:tty';
import { cleanPath } from './environment.ts';
import { findOwn } from './find-on-path.ts';
import { collect } from './own-command.ts';
import { readStat } from './processes-left.ts';

/**
 * @param call gets how many lines the terminal has echoed, below what we have drawn
 * @returns ends it
 */
export function listenForEnter(input: ReadStream, call: (lines: number) => void): () => void {
  let isOver = false;
  let isReading = false;
  const read = (chunk: Buffer | string): void => {
    const lines = String(chunk).split('\n').length - 1;
    if (lines > 0) call(lines);
  };
  const stop = (): void => {
    if (!isReading) return;
    isReading = false;
    input.removeListener('data', read);
    input.pause();
    input.ref();
  };
  const look = async (): Promise<void> => {
    const mayRead = await isInForeground();
    if (!mayRead || isOver) return stop();
    if (isReading) return;
    isReading = true;
    input.on('data', read);
    input.resume();
    input.unref(); // it does not keep the program from ending
  };
  const continued = (): void => void look();
  process.on('SIGCONT', continued); // after Ctrl-Z: by `fg`, or by `bg`
  void look();
  return () => {
    isOver = true;
    process.removeListener('SIGCONT', continued);
    stop();
  };
}

/** Whether the terminal's keys are for this program; false where that can't be known. */
async function isInForeground(): Promise<boolean> {
  const stat = readStat(process.pid);
  if (stat !== null) return stat.group === stat.foreground;
  const ps = findOwn('ps');
  if (ps === null) return false;
  const env = { PATH: cleanPath(process.env) };
  const told = await collect([ps, '-o', 'pgid=,tpgid=', '-p', String(process.pid)], { cwd: '/', env });
  const [group, foreground] = Buffer.from(told.stdout).toString('utf8').trim().split(/\s+/);
  return told.exitCode === 0 && group !== undefined && group === foreground;
}
