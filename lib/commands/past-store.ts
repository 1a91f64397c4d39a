// The candidates of a session that has ended, as its run left them. Only reads.
import { type CandidateStore, openStore } from '../candidate/store.ts';
import type { SessionRecord } from '../core/session-record.ts';
import type { Located } from '../repository/locate.ts';
import { gitText } from '../system/git.ts';

/** The session's store. Git does not find by itself what is kept of a plain folder. */
export async function pastStore(
  { top, gitDir, commonDir, settings, plain }: Located,
  { dir, record: { ref } }: { readonly dir: string; readonly record: Pick<SessionRecord, 'ref'> },
): Promise<CandidateStore> {
  const spec = { sessionDir: dir, repository: top, base: ref };
  if (!plain) return openStore(spec);
  const tree = await gitText({ gitDir, cwd: top }, ['rev-parse', '--verify', `${ref}^{tree}`]);
  return openStore({ ...spec, known: { top, gitDir, commonDir, settings, objectFormat: 'sha1', base: ref, tree } });
}
