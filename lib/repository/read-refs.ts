// All refs of a repository, read from its files: git itself is not asked, since its settings may not be trusted.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Ref → object id or `ref: <other>`, sorted; loose refs win over packed ones. */
export async function readRefs(commonDir: string): Promise<Readonly<Record<string, string>>> {
  // Loose ones first: what git packs meanwhile is in either the one or the other when its turn comes.
  const refs = new Map<string, string>();
  await readLoose(commonDir, 'refs', refs);
  const packed = await readFile(join(commonDir, 'packed-refs'), 'utf8').catch(none);
  for (const line of packed.split('\n')) {
    const [, oid, name] = /^([0-9a-f]{40,64}) (refs\/.+)$/.exec(line) ?? [];
    if (oid && name && !refs.get(name)) refs.set(name, oid);
  }
  return Object.fromEntries([...refs].filter(([, at]) => at !== '').sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readLoose(commonDir: string, folder: string, refs: Map<string, string>): Promise<void> {
  const entries = await readdir(join(commonDir, folder), { withFileTypes: true }).catch((error) => {
    none(error);
    return [];
  });
  for (const entry of entries) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) await readLoose(commonDir, name, refs);
    else if (!name.endsWith('.lock'))
      refs.set(name, (await readFile(join(commonDir, name), 'utf8').catch(none)).trim());
  }
}

function none(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''; // gone while we read, or there never was one
  throw error;
}
