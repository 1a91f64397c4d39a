// What a look at the machine may complain about, each with its remedy.
import { catalogue } from './catalogue.ts';

const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} nor ${words.at(-1)}`;

/** `a reports`, `a and b report`. */
const listed = (words: readonly string[]): string =>
  words.length < 2 ? `${words.join('')} reports` : `${words.slice(0, -1).join(', ')} and ${words.at(-1)} report`;

export const doctorMessages = catalogue({
  runtimeTooOld: ({ found }: { found: string }) => ({
    what: `Node ${found} is too old: 20 or newer is needed.`,
    remedy: 'Install a newer one: https://nodejs.org/en/download',
  }),
  bashMissing: () => ({
    what: 'bash was not found on PATH; gates that are shell lines need it.',
    remedy: 'Install it with the package manager of your system.',
  }),
  noTimeoutCommand: ({ looked }: { looked: readonly string[] }) => ({
    what: `There is no ${looked.join(' or ')} here.`,
    remedy: 'That does no harm: the program keeps the time limits itself.',
  }),
  rootNotWritable: ({ root, blocked }: { root: string; blocked: string }) => ({
    what: `Sessions can't be kept in ${root}: ${blocked} is not writable.`,
    remedy: ['Make it writable, or keep sessions somewhere else:', 'export AI_AIP_ROOT="$HOME/mm-sessions"'],
  }),
  littleSpace: ({ where, free }: { where: string; free: string }) => ({
    what: `Only ${free} is free at ${where}.`,
    remedy: ['Free some space; what ended sessions hold goes with:', 'mm clean --sessions'],
  }),
  besideNotWritable: ({ folder }: { folder: string }) => ({
    what: `Workspaces are made beside the repository, but ${folder} is not writable.`,
    remedy: 'Make it writable, or name another place in the recipe (workspace:).',
  }),
  noTerminal: () => ({
    what: 'This is no terminal: a run started so asks nothing, as with --headless.',
    remedy: 'To have its plan applied there, add --yes.',
  }),
  dumbTerminal: () => ({
    what: 'This terminal can not be redrawn (TERM=dumb): a run prints a line for each event instead of live rows.',
    remedy: ['If it can, say so:', 'export TERM=xterm-256color'],
  }),
  narrowTerminal: ({ columns }: { columns: number }) => ({
    what: `The terminal is only ${columns} columns wide: lines are cut.`,
    remedy: 'Make it 80 columns wide or more.',
  }),
  noGates: () => ({
    what: 'No quality gates were found: nothing will prove a result.',
    remedy: ['Name them in a recipe for this repository, or in an mm-gates block of AGENTS.md:', 'mm init'],
  }),
  leadsBack: ({ places }: { places: readonly string[] }) => ({
    what:
      'In a workspace, gates may test this tree instead: ' +
      `${places.slice(0, 5).join('; ')}${places.length > 5 ? `; and ${places.length - 5} more` : ''}.`,
    remedy:
      'What such a gate shows there says nothing of a candidate. ' +
      'To have it decide, let it find the code by a relative path, ' +
      'or install it from the workspace (`prepare:` in a recipe).',
  }),
  gateCannotRun: (gate: { gate: string; command: string; what: string; install: string | null }) => ({
    what: `${gate.gate} (${gate.command}) can't run here: ${gate.what} is not there.`,
    remedy:
      gate.install === null
        ? 'Install it, or say `required: false` of the gate in a recipe: a result may then be complete without it.'
        : ['To get it:', gate.install],
  }),
  packagesMissing: ({ what, install }: { what: string; install: string | null }) => ({
    what: `${what} is not here: workspaces get it from here, and would lack it.`,
    remedy: install === null ? 'Install it if the quality gates need it.' : ['If the quality gates need it:', install],
  }),
  gateBlind: ({ gate, command }: { gate: string; command: string }) => ({
    what:
      `The gate ${gate} (\`${command}\`) does not see the workspaces: ` +
      'in the last run it passed on spoilt sources, too.',
    remedy:
      'It may test an installed copy (`pip install -e`, `npm link`), a path of its own settings, ' +
      'or nothing. What it says of candidates counts for nothing; ' +
      'results are complete once it passes in your own tree.',
  }),

  gateBlock: ({ mistake }: { mistake: string }) => ({ what: mistake, remedy: 'Mend that line.' }),
  loginUnknown: (told: { cli: string; looked: readonly string[]; how: string | null; may: string | null }) => ({
    what:
      `uses ${told.cli}; whether it is logged in can't be told` +
      `${told.looked.length > 0 ? `: neither ${either(told.looked)} is there` : ' from here'}.` +
      `${told.may === null ? '' : ` ${told.may}`}`,
    remedy: told.how === null ? 'Start it once by hand to see.' : ['If it is not:', told.how],
  }),
  slotMissing: ({ looked, install }: { looked: readonly string[]; install: readonly string[] }) => ({
    what: looked.length > 1 ? `None of ${looked.join(', ')} is installed.` : `${looked.join('')} is not installed.`,
    remedy:
      install.length > 0
        ? [install.length > 1 ? 'Either of:' : 'To install it:', ...install]
        : 'Install it, or leave the slot out in a recipe of yours.',
  }),
  noSlotAtAll: () => ({
    what: "None of the models' command lines is installed here.",
    remedy: ['Install at least one of those above. The whole job without any:', 'mm demo "add a slugify function"'],
  }),
  flagsUnseen: ({ cli }: { cli: string }) => ({
    what: `${cli} is not installed: its options can't be looked up.`,
    remedy: 'Look again where it is.',
  }),
  noHelp: ({ cli, seconds }: { cli: string; seconds: number }) => ({
    what: `${cli} printed no help within ${seconds} seconds: its options can't be looked up.`,
    remedy: ['See by hand what it says:', `${cli} --help`],
  }),
  flagUnlisted: ({ flag, command, places }: { flag: string; command: string; places: readonly string[] }) => ({
    what: `${flag} is not in what \`${command} --help\` lists (${places.join(', ')}).`,
    remedy: 'Mend that line; an option that works all the same is named in `unlisted:` beside it.',
  }),
  prefixMissing: ({ command, users }: { command: string; users: readonly string[] }) => ({
    what: `${command} is not installed; ${users.join(', ')} would be started through it.`,
    remedy: `Install ${command}, or use a recipe without this \`via:\`.`,
  }),
  prefixFails: ({ command, users, said }: { command: string; users: readonly string[]; said: string }) => ({
    what:
      `${command} does not work here; ${users.join(', ')} would be started through it.` +
      `${said && ` It said: ${said}`}`,
    remedy: 'Mend what it complains about, or use a recipe without this `via:`.',
  }),
  uncounted: ({ silent, unpriced }: { silent: readonly string[]; unpriced: readonly string[] }) => ({
    what: `Not all calls can be counted in dollars: ${[
      unpriced.length === 0 ? '' : `${listed(unpriced)} tokens only, which have no price in the recipe (\`prices:\`)`,
      silent.length === 0 ? '' : `${listed(silent)} neither tokens nor a price`,
    ]
      .filter((part) => part !== '')
      .join('; ')}. What these cost is unknown, and is not counted.`,
    remedy: [
      ...(unpriced.length === 0
        ? []
        : [
            'Say in the recipe what a million tokens cost, ' +
              `such as \`prices: { ${unpriced[0]}: { in: 1.5, cached: 0.2, out: 10 } }\`.`,
          ]),
      'What is not counted can be limited by time: `budget: { minutes: 40 }`.',
    ],
  }),
  pricesUnused: ({ names, known }: { names: readonly string[]; known: readonly string[] }) => ({
    what: `\`prices:\` has ${names.join(', ')}, which no slot of this recipe uses.`,
    remedy: `The CLIs that it uses: ${known.join(', ')}. A model is named as in their commands: ${known[0]}/<model>.`,
  }),
  notifyMissing: ({ command }: { command: string }) => ({
    what: `${command} is not installed: nothing will be announced by it.`,
    remedy: 'Install it, or have the terminal tell: `terminal: bell` below `notify:` in the recipe.',
  }),
  notifyFails: ({ command, said }: { command: string; said: string }) => ({
    what: `${command} (the recipe's \`notify:\`) failed: ${said || 'it said nothing'}`,
    remedy: 'Try it by hand, or have the terminal tell: `terminal: bell` below `notify:` in the recipe.',
  }),
});
