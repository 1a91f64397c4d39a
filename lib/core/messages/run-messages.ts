// What can go wrong in a run, apart from the repository, the recipe's text and the machine.
import type { Failure } from '../failure.ts';
import { shellWord as quoted } from '../shell-word.ts';
import { catalogue } from './catalogue.ts';

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');

export const messages = catalogue({
  interrupted: () => ({ exit: 130, what: 'Interrupted.' }),

  noTask: () => ({
    what: 'No task was given, and there is no terminal to ask at.',
    remedy: [
      'Say it on the command line, in a file, or on standard input:',
      'mm execute "add a --json option"',
      'mm execute --task-file task.md',
      'mm execute - < task.md',
    ],
  }),

  emptyTask: ({ why }: { why: string }) => ({
    what: `The task is empty${why && `: ${why}`}.`,
    remedy: ['Say what should be done, for example:', 'mm execute "add a --json option"'],
  }),

  taskTooLong: ({ bytes, limit }: { bytes: number; limit: number }) => ({
    what:
      `The task has ${bytes.toLocaleString('en')} bytes; ` +
      `the most that models take as one prompt is ${limit.toLocaleString('en')}.`,
    remedy: 'Put long material into a file of the repository and name that file in the task.',
  }),

  taskUnreadable: ({ file, why }: { file: string; why: string }) => ({
    what: `The task file ${file} can't be read: ${why}`,
    remedy: 'Check its name (it is looked for from the current folder).',
  }),

  gatesFailed: ({
    gates,
    details,
    session,
    delivered,
  }: {
    gates: readonly string[];
    details: readonly string[];
    session: string;
    /** Where it is, if not in the working tree. */
    delivered?: { readonly branch: string; readonly remote: string | null };
  }) => ({
    exit: 1,
    what: [
      `The result is ${delivered ? `on the branch ${delivered.branch}` : 'in your working tree'}, but not complete: ` +
        `${gates.join(', ')} ${gates.length === 1 ? 'does' : 'do'} not pass on it.`,
      ...details,
    ].join('\n'),
    remedy: [
      'Look at what fails, mend it, or take the result out again:',
      'mm undo',
      'The summary of the run:',
      `mm show ${session}`,
      ...(delivered?.remote === null ? ['To push it all the same:', `mm deliver ${session} --pr`] : []),
    ],
  }),

  takenOut: ({ gates }: { gates: readonly string[] }) => ({
    exit: 3,
    what:
      'The result was taken out again, as you asked: ' +
      `${gates.join(', ')} ${gates.length === 1 ? 'fails' : 'fail'} with it in your tree. ` +
      'The tree is as it was.',
    remedy:
      'What the models made is in the session folder, under diffs/; the whole result as a patch is result.diff there.',
  }),

  nothingChanged: () => ({
    exit: 1,
    what: 'The plan changes nothing: for every file the version that is there already was found best.',
    remedy: 'What the models made is in the session folder, under diffs/.',
  }),

  declined: ({ headless }: { headless: boolean }) => ({
    exit: 3,
    what: headless
      ? 'The plan was shown and not applied, as there is nobody to ask.'
      : 'The plan was not accepted; the tree is as it was.',
    remedy: headless
      ? 'To accept it without being asked, add --yes.'
      : 'What the models made is in the session folder, under diffs/.',
  }),

  /** Said of a plan that nobody was there to decide on when the run ended. */
  turnedDown: () => ({
    exit: 3,
    what: 'The plan was declined; the tree is as it was.',
    remedy: 'What the models made is in the session folder, under diffs/.',
  }),

  breached: ({ what, session, patch }: { what: readonly string[]; session: string; patch: string }) => ({
    exit: 1,
    what:
      'Nothing was applied: while the models ran, something in your repository was changed ' +
      `that none of them should change.\n${indented(what)}`,
    remedy: [
      'If it was not you, put it back:',
      `mm recover ${session}`,
      'If it was you, all is well; the result is kept, and can be applied with:',
      `git apply --3way ${quoted(patch)}`,
    ],
  }),

  /** A run that ended otherwise, with a breach that nobody has decided on. */
  breachedBesides: ({ what, session, failure }: { what: readonly string[]; session: string; failure: Failure }) => ({
    ...failure,
    what:
      `${failure.what}\nBut while the models ran, something in your repository was changed ` +
      `that none of them should change:\n${indented(what)}`,
    remedy: [...failure.remedy, 'If it was not you, put it back:', `mm recover ${session}`],
  }),

  changesConflict: ({
    paths,
    versions,
    stash,
    ref,
    top,
  }: {
    paths: readonly string[];
    versions: {
      readonly tracked: readonly string[];
      readonly untracked: readonly string[];
      readonly deleted: readonly string[];
    };
    stash: string;
    ref: string;
    top: string;
  }) => {
    const git = `git -C ${quoted(top)}`;
    const { tracked, untracked, deleted } = versions;
    const kept = [
      ...tracked.map((path) => ({ source: stash, path })),
      ...untracked.map((path) => ({ source: `${stash}^3`, path })),
    ];
    const restore = (source: string, those: readonly string[]) =>
      those.length > 0
        ? [`${git} --literal-pathspecs restore ${quoted(`--source=${source}`)} -- ${those.map(quoted).join(' ')}`]
        : [];
    return {
      exit: 4,
      what:
        'The result is in your tree, and so are your own changes, ' +
        `except in ${paths.length} ${paths.length === 1 ? 'file' : 'files'} where both change the same lines: ` +
        `${paths.join(', ')}. These have the result's version now; ` +
        `yours is safe in the stash ${stash.slice(0, 12)} (${ref}).`,
      remedy: [
        ...(kept[0] ? ['To look at your version:', `${git} show ${quoted(`${kept[0].source}:${kept[0].path}`)}`] : []),
        "To take your version instead of the result's:",
        ...restore(stash, tracked),
        ...restore(`${stash}^3`, untracked),
        ...(deleted.length > 0 ? [`rm -- ${deleted.map((path) => quoted(`${top}/${path}`)).join(' ')}`] : []),
        'When nothing of it is needed any more, let go of it:',
        `${git} update-ref -d ${ref}`,
      ],
    };
  },

  resultIncomplete: ({ paths, patch }: { paths: readonly string[]; patch: string }) => ({
    exit: 1,
    what:
      `The result is in your tree, except for ${paths.join(', ')}: ` +
      'something that git ignores, or that is yours, lies there, and is never overwritten.',
    remedy: ['The whole result is kept as a patch:', patch],
  }),

  commandFailed: ({ command, how, output }: { command: string; how: string; output: string }) => ({
    exit: 1,
    what: `${command} ${how}.${output && `\n${output}`}`,
    remedy: 'Mend what it complains about, or take the step out of the recipe.',
  }),

  commandNotStarted: ({ command, why }: { command: string; why: string }) => ({
    what: `${command} could not be started: ${why}.`,
    remedy: 'Install it, or take the step out of the recipe.',
  }),

  commandTooSlow: ({ command, limit, output }: { command: string; limit: string; output: string }) => ({
    exit: 1,
    what: `${command} ran into its time limit (${limit}).${output && `\n${output}`}`,
    remedy: 'Give the step more time with `timeout:`, or look at what it waits for.',
  }),

  stepTooEarly: ({ step, why }: { step: string; why: string }) => ({
    what: `The step ${step} of the recipe can't be done: ${why}.`,
    remedy:
      'Put the step that it needs before it, under the same conditions. ' +
      'recipes/execute.yaml shows an order that works.',
  }),

  sessionsInside: ({ root, top, rule, exclude }: { root: string; top: string; rule: string; exclude: string }) => ({
    what:
      `The folder of the sessions, ${root}, lies in the repository ${top} and is no ignored one: ` +
      'it would become a part of every change.',
    remedy: [
      `Have git ignore it, by a line ${rule} in ${exclude}.`,
      'Or let sessions lie elsewhere: name a folder in AI_AIP_ROOT.',
    ],
  }),

  noRepositoryStep: () => ({
    what: 'The recipe does something before it has looked at the repository.',
    remedy: 'Begin its phases with `- { repository: {} }`, as recipes/execute.yaml does.',
  }),

  ownFile: ({ file }: { file: string }) => ({
    what: `The recipe wants to write ${file}, which is one of the program's own files.`,
    remedy: 'Call the file otherwise in the recipe, for example notes.md.',
  }),

  notDuration: ({ step, value }: { step: string; value: string }) => ({
    what: `The time limit of the step ${step} is "${value}".`,
    remedy: 'It has to be a number of seconds, a duration such as 20m, or none.',
  }),

  notCount: ({ step, value }: { step: string; value: string }) => ({
    what: `The step ${step} is to be repeated "${value}" times.`,
    remedy: 'It has to be a whole number from 1 to 100.',
  }),

  unreadableFile: ({ file, why }: { file: string; why: string }) => ({
    what: `${file} can't be read: ${why}`,
    remedy: 'Make it readable, or take it out of the recipe.',
  }),
});
