// Writes a file of the user's repository anew, in one step.
import { clearKilledWrites, writeAtomic } from '../system/files.ts';

/** What an earlier try left beside it that was killed, goes. */
export async function replaceFile(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  await clearKilledWrites(path);
  await writeAtomic(path, data, mode);
}
