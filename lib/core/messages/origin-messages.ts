// What can be said about changes that come from elsewhere.
import { catalogue, quotedPaths } from './catalogue.ts';

const lines = (said: readonly string[]): string => said.map((line) => `\n  ${line}`).join('');

export const originMessages = catalogue({
  unknownRef: ({ ref }: { ref: string }) => ({
    what: `There is no commit ${JSON.stringify(ref)} in this repository`,
    remedy: ['Check its name, or fetch it first. These are there:', 'git branch --all'],
  }),
  unrelated: ({ what }: { what: string }) => ({
    what: `${JSON.stringify(what)} has no history in common with the current branch`,
    remedy: 'Name a branch that was made from this repository, or give the change as a patch.',
  }),
  noFolder: ({ folder }: { folder: string }) => ({
    what: `There is no folder ${folder}`,
    remedy: 'Check its name.',
  }),
  noPatch: ({ file, why }: { file: string; why: string }) => ({
    what: `The patch ${file} can't be read: ${why}`,
    remedy: 'Check its name.',
  }),
  notPatch: ({ said }: { said: readonly string[] }) => ({
    what: `It is no patch that git can read:${lines(said)}`,
    remedy: ['Make it with git, for example:', 'git diff --binary main...feature > feature.diff'],
  }),
  doesNotApply: ({ said }: { said: readonly string[] }) => ({
    what: `It does not apply to the current commit:${lines(said)}`,
    remedy: 'Make it anew against the current commit, or name the branch that it was made from.',
  }),
  unsafePaths: ({ paths }: { paths: readonly string[] }) => ({
    what: `It would write out of the repository or into its .git: ${quotedPaths(paths)}`,
    remedy: 'Nothing of it is used. Whoever made it may mean harm.',
  }),
  changesNothing: () => ({
    what: 'It changes nothing',
    remedy: 'Check that it is the one that you mean, and not merged already.',
  }),
  contained: ({ title, from }: { title: string; from: string }) => ({
    exit: 1,
    what: `${title} (${from}) changes nothing: the current commit has it already`,
    remedy: 'Leave it out.',
  }),
  unreadable: ({ said }: { said: string }) => ({
    what: `git can't read it:\n${said}`,
    remedy: 'Fetch it whole, or give the change as a patch.',
  }),
  unusable: ({
    title,
    from,
    why,
    remedy,
  }: {
    title: string;
    from: string;
    why: string;
    remedy: readonly string[];
  }) => ({
    what: `${title} (${from}) can't be used: ${why}`,
    remedy: [...remedy, 'Or leave it out.'],
  }),
  conflicts: ({ title, from, paths }: { title: string; from: string; paths: readonly string[] }) => ({
    exit: 1,
    what: `${title} (${from}) conflicts with the current commit in ${quotedPaths(paths)}`,
    remedy: 'Rebase it onto the current commit, and begin anew.',
  }),
  notOpen: ({ number, state }: { number: string; state: string }) => ({
    what: `The pull request ${number} is not open: it is ${JSON.stringify(state)}`,
    remedy: 'Name one that is open, or its branch.',
  }),
  noText: ({ number, why }: { number: string; why: string }) => ({
    what: `No task was given, and the pull request ${number} does not tell one: ${why}`,
    remedy: ['Say what it is about:', 'mm combine "what it is about" --from …'],
  }),
  noTaskIn: ({ origins }: { origins: readonly string[] }) => ({
    what: `No task was given, and none can be taken from ${origins.join(', ')}.`,
    remedy: ['Say what the changes are about:', 'mm combine "what it is about" --from …'],
  }),
  noAuthors: ({ number, why }: { number: string; why: string }) => ({
    what: `Who wrote the pull request ${number} is not known: ${why}`,
    remedy: 'The report leaves it out. See whether its command (`authors`) works here.',
  }),
  noForge: ({ programs }: { programs: readonly string[] }) => ({
    what:
      'None of the programs is installed that can fetch pull requests: ' +
      (programs.join(', ') || 'the recipe names none'),
    remedy: 'Install one of them and log in, or fetch the branch yourself and name that (ref).',
  }),
  noOrigins: () => ({
    what: 'There is nothing to combine: no slot says where its change comes from.',
    remedy: [
      'Name what is there already, each with a name of its own:',
      'mm combine "what it is about" --from a=branch:feature-a --from b=branch:feature-b',
    ],
  }),
  notFetched: ({ title }: { title: string }) => ({
    what: `${title} was not fetched before it was taken.`,
    remedy: 'Put a `fetch` step before `take` in the recipe.',
  }),
});
