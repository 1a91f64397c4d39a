// What can be said about delivering a result to a branch or as a pull request.
import { catalogue } from './catalogue.ts';

const indented = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `\n  ${line}`)
    .join('');

export const deliverMessages = catalogue({
  noDelivery: ({ recipe }: { recipe: string }) => ({
    what: `${recipe} has no step that delivers a result: --commit, --branch and --pr mean nothing to it`,
    remedy: ['Leave them out, or add a `deliver` step to the recipe. What it takes:', 'mm help steps'],
  }),
  noBranchName: ({ name, why }: { name: string; why: string }) => ({
    what: `A branch can't be called ${JSON.stringify(name)}: ${why}`,
    remedy: 'Choose another name, such as feature/x.',
  }),
  branchExists: ({ branch, by }: { branch: string; by: string }) => ({
    what: `The branch ${branch} can't be made: ${by === branch ? 'it is there already' : `there is a branch ${by}`}`,
    remedy: 'Nothing is ever added to a branch that is there. Name a new one with --branch.',
  }),
  remoteBranchExists: ({ branch, remote }: { branch: string; remote: string }) => ({
    what: `The branch ${branch} is there already on ${remote}`,
    remedy: 'Nothing is ever pushed to a branch that is there. Name a new one with --branch.',
  }),
  noIdentity: ({ said }: { said: string }) => ({
    what: `git does not know who makes the commit:${indented(said)}`,
    remedy: [
      'Say it, then run this again:',
      'git config user.name "Your Name"',
      'git config user.email you@example.com',
    ],
  }),
  noRemote: () => ({
    what: '--pr needs a remote to push to, and this repository has none',
    remedy: ['Add one, or use --branch instead:', 'git remote add origin URL'],
  }),
  whichRemote: ({ remotes }: { remotes: readonly string[] }) => ({
    what: `--pr needs to know which remote to push to: ${remotes.join(', ')}`,
    remedy: ['Say it, then run this again:', `git config remote.pushDefault ${remotes[0] ?? 'origin'}`],
  }),
  remoteSilent: ({ remote, why }: { remote: string; why: string }) => ({
    what: `The remote ${remote} can't be asked for its branches: ${why}`,
    remedy: ['Mend that, or use --branch instead of --pr. This asks it:', `git ls-remote ${remote}`],
  }),
  noMaker: ({ programs }: { programs: readonly string[] }) => ({
    what:
      programs.length === 0
        ? 'The recipe does not say how a pull request is made'
        : `--pr needs ${programs.join(' or ')}, and ${programs.length === 1 ? 'it is' : 'none is'} not installed`,
    remedy:
      programs.length === 0
        ? 'Add `create` to an item of its `pull_requests`, or use --branch instead.'
        : 'Install it and log in, or use --branch instead.',
  }),
  makerRefuses: ({ why }: { why: string }) => ({
    what: `No pull request can be made here: ${why}`,
    remedy: 'Mend that, or use --branch instead of --pr.',
  }),
  plainFolder: () => ({
    what: 'A plain folder has no branches: --commit, --branch and --pr need a git repository',
    remedy: 'Leave them out.',
  }),
  hookRefused: ({ hook, said, session }: { hook: string; said: string; session: string }) => ({
    exit: 1,
    what: `Your hook ${hook} refuses the commit:${indented(said)}`,
    remedy: ['Nothing was committed; the result is kept. When that is mended:', `mm deliver ${session}`],
  }),
  notCommitted: ({ why, session }: { why: string; session: string }) => ({
    exit: 1,
    what: `git did not make the commit:${indented(why)}`,
    remedy: ['The result is kept. When that is mended:', `mm deliver ${session}`],
  }),
  unsafeResult: ({ path }: { path: string }) => ({
    exit: 1,
    what: `The result holds a path that is in no repository: ${JSON.stringify(path)}`,
    remedy: 'Nothing of it was committed.',
  }),
  notPushed: ({ branch, remote, why, session }: { branch: string; remote: string; why: string; session: string }) => ({
    exit: 1,
    what: `The result is on the new branch ${branch} here, but was not pushed to ${remote}: ${why}`,
    remedy: ['When that is mended, this goes on with it:', `mm deliver ${session} --pr`],
  }),
  nameTaken: ({ branch, remote, session }: { branch: string; remote: string; session: string }) => ({
    exit: 1,
    what: `The result is on the new branch ${branch} here; on ${remote} a branch of that name has another commit`,
    remedy: [
      'Nothing is ever pushed to a branch that is there. Call it otherwise, and push that:',
      `git branch -m ${branch} NAME`,
      `mm deliver ${session} --branch NAME --pr`,
    ],
  }),
  notProposed: ({
    branch,
    remote,
    why,
    session,
  }: {
    branch: string;
    remote: string;
    why: string;
    session: string;
  }) => ({
    exit: 1,
    what: `The branch ${branch} is pushed to ${remote}, but no pull request was made of it: ${why}`,
    remedy: ['When that is mended, this goes on with it, or make it by hand:', `mm deliver ${session} --pr`],
  }),
  deliverUnfinished: ({ session }: { session: string }) => ({
    what: `Session ${session} has not ended`,
    remedy: ['Go on with it first:', `mm resume ${session} --branch NAME`],
  }),
  noAccepted: ({ session }: { session: string }) => ({
    what: `Session ${session} has no result that was accepted`,
    remedy: [
      'Look at its plan, and accept it onto a branch:',
      `mm show ${session}`,
      `mm accept ${session} --branch NAME`,
    ],
  }),
  deliveredElsewhere: ({ session, branch, to }: { session: string; branch: string; to: string }) => ({
    what: `The result of ${session} is on the branch ${branch} already`,
    remedy: ['Call that branch otherwise:', `git branch -m ${branch} ${to}`],
  }),
  deliverEdited: ({ session }: { session: string }) => ({
    what: `Files of the result of ${session} have been edited in your working tree since`,
    remedy: ['Commit them yourself, with what you changed:', 'git switch -c NAME', 'git add -A && git commit'],
  }),
});
