// Versions of a file as files of their own, for a program that the user compares with. They are copies: what is edited
// in them is lost, so they can't be written to.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Version } from '../view/review-port.ts';

/** Has the versions opened, and waits until that is over; nothing of them is left behind. */
export async function compareVersions<T>(
  path: string,
  versions: readonly Version[],
  open: (files: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mm-compare-'));
  try {
    const files: string[] = [];
    for (const [index, { title, text, binary }] of versions.entries()) {
      const place = join(folder, `${index}-${plain(title)}`);
      const file = join(place, plain(basename(path)));
      await mkdir(place);
      await writeFile(file, text ?? (binary ? '(not text)\n' : ''), { mode: 0o400 });
      files.push(file);
    }
    return await open(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A name without anything that a program could take for something else; its ending stays, for the colours. */
const plain = (name: string): string => name.replace(/[^\p{L}\p{N}._+-]+/gu, '-').slice(-100);
