// One ref that keeps every commit of the repository alive for as long as a session runs: branches, tags, HEAD and all
// stashes as they are at its start. So whatever a model deletes can be put back, even after it collected garbage.
import type { Undo } from '../core/events.ts';
import { ok, type Result } from '../core/failure.ts';
import { type GitPlace, gitText } from '../system/git.ts';
import { catchingGitErrors } from './catching-git-errors.ts';
import type { RepositoryFacts } from './inspect.ts';
import { planPrivateRef } from './private-ref.ts';
import { listStashes, STASHES } from './stash-list.ts';

const FORMAT = '%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(refname)';

/**
 * The record of an effect of kind `private-ref`; carried out by `doPrivateRef`. Writes objects that nothing refers to
 * yet.
 * @param index a copy of the index, which is changed: what is staged in it is kept alive too
 */
export function planKeepAlive(facts: RepositoryFacts, session: string, index?: string): Promise<Result<Undo>> {
  return catchingGitErrors('keep your commits alive', async () => {
    const place: GitPlace = { gitDir: facts.gitDir };
    const listing = gitText(place, ['for-each-ref', `--format=${FORMAT}`]).then((text) => text.split('\n'));
    const [rows, stashes, tree] = await Promise.all([
      listing,
      // those under the newest are named by its log only
      listing.then((all) => (all.some((row) => row.endsWith(` ${STASHES}`)) ? listStashes(place) : [])),
      index === undefined ? facts.tree : gitText({ ...place, indexFile: index }, ['write-tree']),
    ]);
    const tips = rows.map((row) => row.split(' '));
    const commits = tips.flatMap(([type, oid, peeled, target]) =>
      type === 'commit' ? [oid!] : peeled === 'commit' ? [target!] : [],
    );
    const parents = new Set([facts.base, ...stashes, ...commits]);
    const by = 'mm <mm@localhost> 0 +0000';
    const lines = [
      `tree ${tree}`,
      ...[...parents].map((oid) => `parent ${oid}`),
      `author ${by}`,
      `committer ${by}`,
      '',
      `Kept alive during session ${session}`,
      '',
    ];
    const commit = await gitText(place, ['hash-object', '-t', 'commit', '-w', '--stdin'], { input: lines.join('\n') });
    return ok(planPrivateRef(facts, session, 'keep', commit));
  });
}
