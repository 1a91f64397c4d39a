// What can be wrong with a command line.
import { shellWord } from '../shell-word.ts';
import { catalogue } from './catalogue.ts';

const SEE_HELP = 'See mm --help.';

export const cliMessages = catalogue({
  unknownOption: ({ option, near }: { option: string; near: string | undefined }) => ({
    what: `There is no option ${option}.`,
    remedy: [
      near ? `Did you mean ${near}?` : SEE_HELP,
      'If it is part of the task, put the task in quotes, or behind `--`.',
    ],
  }),
  valueMissing: ({ option, value }: { option: string; value: string }) => ({
    what: `The option ${option} needs a value: ${option} ${value}`,
    remedy: SEE_HELP,
  }),
  noValueWanted: ({ option, value }: { option: string; value: string }) => ({
    what: `The option ${option} takes no value (given: ${value}).`,
    remedy: SEE_HELP,
  }),
  givenTwice: ({ option }: { option: string }) => ({
    what: `The option ${option} was given more than once.`,
    remedy: 'Give it once.',
  }),
  optionElsewhere: ({ option, command }: { option: string; command: string }) => ({
    what: `The option ${option} means nothing for ${command}.`,
    remedy: SEE_HELP,
  }),
  badValue: ({ option, value, expected }: { option: string; value: string; expected: string }) => ({
    what: `${option} ${value}: ${expected} was expected.`,
    remedy: SEE_HELP,
  }),
  fromTwice: ({ name }: { name: string }) => ({
    what: `Two --from have the name ${name}.`,
    remedy: [
      'Give each a name of its own, for example:',
      'mm combine "what it is about" --from a=branch:x --from b=branch:y',
    ],
  }),
  taskTwice: () => ({
    what: 'The task was given both on the command line and as --task-file.',
    remedy: 'Give it once.',
  }),
  tooManyOperands: ({ command, operand }: { command: string; operand: string }) => ({
    what: `mm ${command} does not know what to do with "${operand}".`,
    remedy: SEE_HELP,
  }),
  noSuchRecipe: ({
    name,
    near,
    known,
    looked,
  }: {
    name: string;
    near: string | undefined;
    known: readonly string[];
    looked: readonly string[];
  }) => ({
    what: `There is no recipe or command "${name}". Looked for:\n${looked.map((place) => `  ${place}`).join('\n')}`,
    remedy: [
      ...(near ? ['Did you mean this?', near] : [`The recipes that come with the program: ${known.join(', ')}.`]),
      SEE_HELP,
    ],
  }),
  noSuchCommand: ({ name, near }: { name: string; near: string | undefined }) => ({
    what: `There is no recipe or command "${name}".`,
    remedy: [...(near ? ['Did you mean this?', near] : []), SEE_HELP],
  }),
  noSuchFolder: ({ dir, why }: { dir: string; why: string }) => ({
    what: `-C ${dir}: ${why}`,
    remedy: 'Name a folder inside a git repository.',
  }),
  noSuchSession: ({ name, near, known }: { name: string; near: string | undefined; known: readonly string[] }) => ({
    what: `This repository has no session "${name}".`,
    remedy:
      known.length === 0
        ? 'It has no sessions yet.'
        : near !== undefined
          ? `Did you mean ${near}?`
          : ['Its newest sessions:', ...known.slice(0, 10), 'All of them:', 'mm sessions'],
  }),
  sessionOfOtherRepository: ({ name, repository }: { name: string; repository: string }) => ({
    what: `Session "${name}" is one of another repository: ${repository}`,
    remedy: ['Go there first:', `cd ${shellWord(repository)}`],
  }),
  noneCompleted: ({ some }: { some: boolean }) => ({
    what: some ? 'No session of this repository has been completed yet.' : 'This repository has no sessions yet.',
    remedy: some
      ? ['To see those that there are:', 'mm sessions']
      : ['To see those of other repositories:', 'mm sessions --all'],
  }),
  nothingStopped: () => ({
    what: 'This repository has no session to go on with.',
    remedy: ['To begin one, for example:', 'mm execute "add a --json option"'],
  }),
  ambiguousSession: ({ name, matches }: { name: string; matches: readonly string[] }) => ({
    what: `"${name}" is the beginning of several sessions:\n${matches.map((id) => `  ${id}`).join('\n')}`,
    remedy: 'Name more of it.',
  }),
  sessionElsewhere: ({ session, command, top }: { session: string; command: string; top: string }) => ({
    what: `Session ${session} belongs to another working tree: ${top}`,
    remedy: ['Where that is meant:', `mm -C ${shellWord(top)} ${command} ${session}`],
  }),
  unfinishedElsewhere: ({ session, since, root }: { session: string; since: string; root: string }) => ({
    what: `Session ${session} of ${since} was cut off in this working tree, and has no folder in ${root}.`,
    remedy: [
      'If sessions lay elsewhere then, set AI_AIP_ROOT to that folder, and put the repository back from there:',
      `mm recover ${session}`,
      'If its folder is gone, this tells what is left of it and makes way:',
      'mm recover',
    ],
  }),
  nothingToUndo: () => ({
    what: 'No session of this repository has a result that could be taken out.',
    remedy: ['To see its sessions:', 'mm sessions'],
  }),
  reviseWhat: () => ({
    what: 'To be told what to change, a model of a session has to be named, and what that is.',
    remedy: ['For example:', 'mm revise latest <slot> "keep the old name as an alias"'],
  }),
  reviseUnfinished: ({ session }: { session: string }) => ({
    what: `Session ${session} has not ended: its plan has still to be decided on.`,
    remedy: ['Go on with it; the review takes what is to be changed:', `mm resume ${session}`],
  }),
  reviseEdited: ({ session }: { session: string }) => ({
    what: `Files of the result of ${session} have been edited since it was put into the tree.`,
    remedy: [
      'Take the result out first (what was edited stays as it is), and tell the model then:',
      `mm undo ${session}`,
    ],
  }),
  logOfWhom: (of: {
    session: string;
    slot: string | undefined;
    slots: readonly string[];
    near: string | undefined;
  }) => ({
    what:
      of.slot === undefined
        ? `Of session ${of.session}, these can be listened to: ${of.slots.join(', ')}.`
        : `In session ${of.session}, "${of.slot}" takes no part; ${of.slots.join(', ')} do.`,
    remedy: [
      of.near ? `Did you mean ${of.near}?` : 'Name one of those:',
      `mm log ${of.session} ${of.near ?? of.slots[0] ?? '<slot>'}`,
    ],
  }),
  noReview: ({ session }: { session: string }) => ({
    what:
      `Session ${session} came to no plan of which a candidate could be changed, ` +
      'or its recipe has no `revision` step.',
    remedy: ['To see what it came to:', `mm show ${session}`],
  }),
  noCandidateOf: (of: { session: string; slot: string; known: readonly string[]; near: string | undefined }) => ({
    what: `In session ${of.session}, "${of.slot}" has made no candidate; ${of.known.join(', ')} did.`,
    remedy: of.near ? `Did you mean ${of.near}?` : 'Name one of those.',
  }),
  acceptWhat: () => ({
    what: 'A session has to be named whose plan is to be applied.',
    remedy: ['To see which there are:', 'mm sessions'],
  }),
  acceptNothing: ({ session, status }: { session: string; status: string }) => ({
    what: `Session ${session} (${status}) has no plan that waits to be accepted.`,
    remedy: ['To see what it came to:', `mm show ${session}`],
  }),
  reviseForeign: ({ session, slot, from }: { session: string; slot: string; from: string }) => ({
    what: `"${slot}" was taken from ${from}: no model is behind it that could be told what to change.`,
    remedy: [
      'Change it where it comes from, and combine again; or choose other versions of its files:',
      `mm pick ${session} <file>=<slot>`,
    ],
  }),
  pickWhat: () => ({
    what: 'A session has to be named, and what is taken in its plan.',
    remedy: [
      'For example, a file of one candidate, a hunk of another, and a file as it was ' +
        "(the report shows a file's hunks):",
      "mm pick latest src/a.ts=<slot> 'src/b.ts#2=<slot>' src/c.ts=base",
    ],
  }),
  pickUnfinished: ({ session }: { session: string }) => ({
    what: `Session ${session} has not ended: its plan has still to be decided on.`,
    remedy: ['Go on with it; the review takes files and hunks:', `mm resume ${session}`],
  }),
  pickNoPlan: ({ session }: { session: string }) => ({
    what: `Session ${session} came to no plan that was reviewed.`,
    remedy: ['To see what it came to:', `mm show ${session}`],
  }),
  pickEdited: ({ session }: { session: string }) => ({
    what: `Files of the result of ${session} have been edited since it was put into the tree.`,
    remedy: ['Take the result out first (what was edited stays as it is), and choose then:', `mm undo ${session}`],
  }),
  pickNotRead: ({ word }: { word: string }) => ({
    what: `"${word}" does not say what is taken of whom.`,
    remedy: ['Write file=candidate, or file#hunk=candidate, for example:', "mm pick latest 'src/b.ts#2=<slot>'"],
  }),
  pickTwice: ({ what }: { what: string }) => ({
    what: `${what} is chosen twice.`,
    remedy: 'Choose once what is taken there.',
  }),
  pickNoFile: (of: { session: string; path: string; near: string | undefined }) => ({
    what: `In session ${of.session} no candidate changed a file "${of.path}".`,
    remedy: of.near ? `Did you mean ${of.near}?` : ['The report has all files that were changed:', 'mm report'],
  }),
  pickWhole: ({ session, path, why }: { session: string; path: string; why: string }) => ({
    what: `${path} has no hunks to choose among: ${why}.`,
    remedy: ['Take it as a whole:', `mm pick ${session} ${shellWord(`${path}=<slot>`)}`],
  }),
  pickNoHunk: ({ path, hunk, count }: { path: string; hunk: number; count: number }) => ({
    what: `${path} has no hunk ${hunk}.`,
    remedy: count === 1 ? 'It has one, 1.' : `It has ${count}, 1 to ${count}; the report shows them.`,
  }),
  pickNoVersion: (of: { what: string; from: string; known: readonly string[]; near: string | undefined }) => ({
    what: `Nobody called "${of.from}" has a version of ${of.what}.`,
    remedy: of.near ? `Did you mean ${of.near}?` : `Take it from one of these: ${of.known.join(', ')}.`,
  }),
  undoneAlready: ({ session }: { session: string }) => ({
    what: `The result of ${session} is not in the working tree any more.`,
    remedy: ['To see the sessions:', 'mm sessions'],
  }),
  nothingToResume: ({ session, status }: { session: string; status: string }) => ({
    what: `Session ${session} is ${status}: there is nothing to go on with.`,
    remedy: ['To see the sessions:', 'mm sessions'],
  }),
  journalTooShort: ({ session }: { session: string }) => ({
    what: `Session ${session} ended before it had begun: its journal does not say how it was asked for.`,
    remedy: ['Put the repository right, and start again:', `mm recover ${session}`],
  }),
  recipeChanged: ({ session, file }: { session: string; file: string }) => ({
    what: `Session ${session} can't be gone on with: ${file} is not what it was when the session began.`,
    remedy: ['Put the file back as it was, or start again:', `mm recover ${session}`],
  }),
  repositoryMoved: ({ session, from, to }: { session: string; from: string; to: string }) => ({
    what:
      `Session ${session} can't be gone on with: it started from the commit ${from.slice(0, 12)}, ` +
      `and the repository is at ${to.slice(0, 12)} now.`,
    remedy: [
      'If one of the models moved it, this puts it back, and keeps what was made of it:',
      `mm recover ${session}`,
      'If it was you, go back to that commit, or start again:',
      `git checkout ${from.slice(0, 12)}`,
    ],
  }),
  unfinished: ({ session, since }: { session: string; since: string }) => ({
    what: `Session ${session} of ${since} was cut off and has not been put right yet.`,
    remedy: [
      'Go on where it ended:',
      `mm resume ${session}`,
      'Or put the repository back as it was before it:',
      `mm recover ${session}`,
    ],
  }),
});
