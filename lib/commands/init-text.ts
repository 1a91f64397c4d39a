// The recipe that `mm init` writes, as text: what was found here, and beside each part how to change it. Pure.

import type { GateSpec } from '../core/gate-rules.ts';
import type { Command } from '../core/shell-word.ts';
import type { SlotHere } from './examine-models.ts';

/** Gate → what it lacks here: one of the project's packages, or a tool of the machine. */
type Lacks = Readonly<Record<string, { readonly says: string; readonly ofProject: boolean }>>;

export interface InitFacts {
  /** The recipe that is extended. */
  readonly parent: string;
  readonly summary: string;
  /** Path of the file from the repository's top, as it is typed. */
  readonly shown: string;
  readonly slots: readonly SlotHere[];
  /** CLIs of the catalogue that are installed here, beside those of the recipe. */
  readonly offered: readonly SlotHere[];
  readonly gates: Readonly<Record<string, GateSpec>>;
  /** Gate → where it was found. */
  readonly from: Readonly<Record<string, string>>;
  readonly lacks: Lacks;
  /** What of the top folder workspaces get by the prepare rules. */
  readonly prepared: readonly string[];
}

const RULE = 100;
const heading = (title: string): string => `# ── ${title} ${'─'.repeat(RULE - title.length)}`;

export function initText(facts: InitFacts): string {
  const { parent, summary, shown } = facts;
  return [
    '# How mm works on this repository. It says only what differs from the recipe it extends; everything else comes',
    '# from there. Yours to edit: a line that begins with `#` and a space is a comment, take both away to switch it',
    '# on.',
    '#',
    `#     mm check ${shown}      what it comes to, and every mistake in it`,
    `#     mm ${shown} "what you want to have done"`,
    '#',
    '# Commit it, so that everybody who works here has it.',
    'recipe: 1',
    `name: ${parent}`,
    `extends: ${parent}`,
    `summary: ${JSON.stringify(summary)}`,
    '',
    heading('The models'),
    ...slotLines(facts.slots, facts.offered),
    '',
    heading('Quality gates'),
    ...gateLines(facts.gates, facts.from, facts.lacks),
    '',
    heading('What workspaces get beside what git carries'),
    ...prepareLines(facts.prepared),
    '',
    heading('What else one may want to change'),
    '# timeout: { default: 30m } # of one run of a model; none: as long as it likes',
    '# notify: { on: all } # told on your desktop when a run waits for you or is over; ' +
      'or [question, completed, failed]',
    '# set:',
    '#   # every model in a clone of its own; your tree is not touched before you accept the plan',
    '#   slots.*.workspace: clone',
    '',
  ].join('\n');
}

/** Whether the line of an offered CLI counts: where a login of it can be seen. */
export const isLive = ({ login }: SlotHere): boolean => login === 'found';

function slotLines(slots: readonly SlotHere[], offered: readonly SlotHere[]): readonly string[] {
  const present = slots.filter(({ backend }) => backend !== null);
  const missing = slots.filter(({ backend }) => backend === null);
  const isAnyHere = present.length > 0 || offered.some(isLive);
  // the one that compares can't simply go: the next one takes its part, in a run, where it is not installed
  const removed = isAnyHere ? missing.filter(({ primary }) => !primary) : [];
  const kept = isAnyHere ? missing.filter(({ primary }) => primary) : [];
  const entries = [
    ...removed.map(({ id, looked }) => `  ${id}: null # looked for ${looked.join(', ')}`),
    ...offered.filter(isLive).map((slot) => `  ${entryOf(slot)}`),
  ];
  const idle = offered.filter((slot) => !isLive(slot));
  const allLooked = [...new Set(missing.flatMap(({ looked }) => looked))].join(', ');
  return [
    ...(isAnyHere ? [] : [`# None of their command lines is installed here (looked for ${allLooked}).`]),
    ...present.map(({ id, backend }) => `# ${id}: works with ${backend} here.`),
    ...kept.map(
      ({ id, looked }) =>
        `# ${id}: not installed here (looked for ${looked.join(', ')}); while it is not, another model takes its part.`,
    ),
    ...(entries.length > 0
      ? [
          '# What is not installed here is left out (null); take a line away when that has changed.',
          'slots:',
          ...entries,
        ]
      : ['# To leave one out:', ...commented(optional(present.length > 0 ? present : missing))]),
    ...(idle.length === 0
      ? []
      : [
          '# Installed here too; whether they are logged in can not be told.',
          '# To have one take part, put its line below `slots:`.',
          ...idle.map((slot) => `#   ${entryOf(slot)}`),
        ]),
  ];
}

const entryOf = ({ id, title, backend }: SlotHere): string =>
  `${id}: { cli: ${id} } # ${title}: ${backend} is installed here`;

const commented = (lines: readonly string[]): readonly string[] => lines.map((line) => `# ${line}`);
const optional = (slots: readonly SlotHere[]): readonly string[] =>
  slots
    .filter(({ primary }) => !primary)
    .slice(-1)
    .map(({ id }) => `slots: { ${id}: null }`);

function gateLines(
  gates: Readonly<Record<string, GateSpec>>,
  from: Readonly<Record<string, string>>,
  lacks: Lacks,
): readonly string[] {
  const found = Object.values(gates);
  if (found.length === 0) {
    return [
      '# None were found. A gate is a command that fails when something is wrong;',
      '# a result counts only when all of them pass.',
      '# gates:',
      '#   tests: { run: make test, timeout: 10m }',
      '#   linter: { run: make lint, timeout: 5m, required: false } # shown, but a result may be complete without it',
    ];
  }
  return [
    '# Commands that fail when something is wrong; a result counts only when all of them pass. A text is a shell line,',
    '# a list is a command without a shell. Only those named here run; take `gates:` away, and they are looked for',
    '# again each time.',
    'gates:',
    ...(Object.values(lacks).every(({ ofProject }) => ofProject)
      ? []
      : [
          '  # What can not run on this machine is `required: false`: a result may be complete without it.',
          '  # Change that once it can.',
        ]),
    ...found.map(({ id, run, timeoutMs, required }) => {
      const limit = timeoutMs === null ? '' : `, timeout: ${duration(timeoutMs)}`;
      const optional = required && lacks[id]?.ofProject !== false ? '' : ', required: false';
      const remark = comment([from[id] && `from ${from[id]}`, lacks[id]?.says]);
      return `  ${id}: { run: ${command(run)}${limit}${optional} }${remark}`;
    }),
  ];
}

function comment(parts: readonly (string | undefined)[]): string {
  const said = parts.filter((part) => part !== undefined && part !== '');
  return said.length === 0 ? '' : ` # ${said.join('; ')}`;
}

function prepareLines(prepared: readonly string[]): readonly string[] {
  return [
    prepared.length === 0
      ? '# Nothing of what git ignores was found here that gates may need. What is there later is copied.'
      : `# Copied where git ignores it: ${prepared.join(', ')}, wherever such folders lie;`,
    ...(prepared.length === 0 ? [] : ['# and what .worktreeinclude names.']),
    '# Or say it yourself: { copy: [node_modules, /data], run: [[make, generate]] };',
    '# without `copy` it is found as above.',
    'prepare: auto',
  ];
}

/** JSON is YAML, in flow style too. */
const command = (run: Command): string =>
  typeof run === 'string' ? JSON.stringify(run) : `[${run.map((argument) => word(argument)).join(', ')}]`;

const word = (argument: string): string =>
  /^[A-Za-z./][\w./=@-]*$/.test(argument) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(argument)
    ? argument
    : JSON.stringify(argument);

const duration = (milliseconds: number): string =>
  milliseconds % 60_000 === 0 ? `${milliseconds / 60_000}m` : `${milliseconds / 1000}s`;
