// Versions of a file as files of their own, for a program that the user compares with. They are copies: what is edited
// in them is lost, so they can't be written to.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fail, ok, type Result } from '../core/failure.ts';
import { reportMessages } from '../core/messages/report.ts';
import type { CompareTool } from '../system/compare-tools.ts';
import type { Version } from '../view/side-by-side.ts';

/** Opens the versions in the tool and waits until it is closed; nothing of them is left behind. */
export async function compareVersions(
  tool: CompareTool,
  path: string,
  versions: readonly Version[],
): Promise<Result<undefined>> {
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
    const code = await tool.open(files);
    return code === 126 || code === 127 || code === 128
      ? fail(reportMessages.toolNotOpened({ tool: tool.title }))
      : ok(undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A name without anything that a program could take for something else; its ending stays, for the colours. */
const plain = (name: string): string => name.replace(/[^\p{L}\p{N}._+-]+/gu, '-').slice(-100);
