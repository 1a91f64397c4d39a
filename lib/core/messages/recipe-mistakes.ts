// What the program says about recipes: failures that end a command, and the wording of each mistake in a recipe's text.
// Wording only; where a mistake is and whether it is one is recipe/'s business.
import { catalogue } from './catalogue.ts';
import { one, suggest, type Wording } from './wording.ts';

export const recipeFailures = catalogue({
  recipe_faulty: ({ file, count }: { file: string; count: number }) => ({
    what: `${file}: ${count === 1 ? 'one mistake' : `${count} mistakes`}; nothing was run.`,
    remedy: ['Mend the places shown, then look again with:', `mm check ${file}`],
  }),
  recipe_unreadable: ({ file, problem }: { file: string; problem: ReadProblem }) => ({
    what: `${file} ${unreadable(problem)}.`,
    remedy:
      problem.kind === 'missing'
        ? 'Name a recipe file, or one that comes with the program, such as execute.'
        : 'Name a recipe: a YAML file such as recipes/execute.yaml.',
  }),
});

/** An option that an earlier version read. */
export const optionWithdrawn = (name: string, file: string, line: number): string =>
  `${file}:${line}: \`options.${name}\` no longer does anything; it can go.`;

/** A step that says something as 0.1.0 did. */
export const saidOtherwise = (now: string, file: string, line: number): string =>
  `${file}:${line}: this goes on working, and is said otherwise now: ${now}`;

/** Why a file gave no text. */
export type ReadProblem =
  | { readonly kind: 'missing' | 'folder' | 'empty' | 'binary' }
  | { readonly kind: 'too-large'; readonly limit: number }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The predicate of a sentence about the file: `is a folder`. */
function unreadable(problem: ReadProblem): string {
  switch (problem.kind) {
    case 'missing':
      return 'does not exist';
    case 'folder':
      return 'is a folder, not a recipe';
    case 'empty':
      return 'is empty';
    case 'binary':
      return 'is not a text file in UTF-8';
    case 'too-large':
      return `is larger than ${Math.round(problem.limit / 1024)} KiB, the most that a recipe may have`;
    case 'unreadable':
      return `can't be read (${problem.detail})`;
  }
}

const inTicks = (word: string): string => `\`${word}\``;

/** A mistake's wording by its name; each takes the values it speaks of. */
export const mistakes = {
  // ── the text ──
  syntax: (what: string, hint?: string) => ({ message: `not valid YAML: ${what}`, hint }),
  unquotedName: () => ({
    message: 'a ${name} inside [ ] or { } must be in quotes',
    hint: 'write "${name}": without the quotes YAML reads its braces as a mapping',
  }),
  unknownAlias: (alias: string) => ({
    message: `\`*${alias}\` refers to an anchor \`&${alias}\` that is not set before it`,
    hint: `if it is meant as text, put it in quotes: "*${alias}"`,
  }),
  circularAlias: (alias: string) => ({ message: `\`*${alias}\` refers to a value that it is part of` }),
  tooManyNodes: (limit: number) => ({
    message: `with its aliases filled in, this recipe has more than ${limit} values`,
    hint: 'aliases that repeat aliases grow without bound; write the values out',
  }),
  tooDeep: (limit: number) => ({ message: `nested more than ${limit} levels deep` }),
  duplicateKey: (key: string, line: number) => ({
    message: `\`${key}\` is here a second time`,
    hint: `the first is in line ${line}; one of them must go`,
  }),
  keyNotText: () => ({
    message: 'a key must be plain text',
    hint: 'a value that begins with { is a mapping in YAML; put it in quotes if it is text',
  }),
  notMapping: (is: string) => ({
    message: `a recipe is a mapping of keys such as name, slots and phases, but this is ${is}`,
  }),

  // ── parents and tables ──
  cannotRead: (file: string, problem: ReadProblem, hint?: string) => ({
    message: `${file} ${unreadable(problem)}`,
    hint,
  }),
  unknownRecipe: (name: string, known: readonly string[]) => ({
    message: `no recipe called \`${name}\` comes with the program`,
    hint: suggest(name, known) ?? `a file is named with its folder or ending: ./${name}.yaml`,
  }),
  circle: (chain: readonly string[]) => ({ message: `recipes extend one another in a circle: ${chain.join(' → ')}` }),
  chainTooLong: (limit: number, chain: readonly string[]) => ({
    message: `more than ${limit} recipes extend one another: ${chain.join(' → ')}`,
  }),
  nothingToRemove: (section: string, name: string, known: readonly string[]) => ({
    message: `there is no inherited \`${section}.${name}\` to remove`,
    hint: suggest(name, known),
  }),
  noParent: (section: string, name: string) => ({
    message: `\`${section}.${name}\` is empty`,
    hint: 'an empty entry (null) removes an inherited one, and this recipe extends nothing',
  }),
  version: (written: string) => ({
    message: `this is a recipe of version ${written}, and this program reads version 1`,
    hint: 'write `recipe: 1`',
  }),

  // ── the catalogue ──
  unknownCli: (name: string, known: readonly string[]) => ({
    message: `the catalogue of CLIs has no entry \`${name}\``,
    hint:
      `${suggest(name, known, 30)}; or say how it is run: ` +
      `with \`run:\` beside it, or in a file that \`cli_table:\` names`,
  }),
  noWorkspaceLine: (cli: string) => ({
    message: `${cli} has no command that keeps it inside its workspace, and \`permissions: workspace\` asks for one`,
    hint: 'give it one (`workspace_only:`), leave it out, say `permissions: full` for it, or use the recipe sandbox',
  }),

  // ── --set ──
  setPath: (path: string) => ({
    message: `\`${path}\` is not a path to a recipe value`,
    hint: 'for example slots.<slot>.timeout=300',
  }),
  setEmpty: (path: string) => ({
    message: `\`${path}\` is given no value`,
    hint: `to take it away: ${path}=null; to make it an empty text: ${path}='""'`,
  }),
  setUnknown: (path: string, near: string | undefined, known: readonly string[]) => ({
    message: `the recipe has no \`${path}\``,
    hint: near === undefined ? suggest('', known) : `did you mean \`${near}\`?`,
  }),
  setInto: (path: string, is: string) => ({ message: `\`${path}\` is ${is}: there is nothing below it to set` }),

  // ── structure ──
  unknownKey: (key: string, where: string, known: readonly string[]) => ({
    message: `unknown key \`${key}\`${where}`,
    hint: suggest(key, known, 20),
  }),
  badKey: (key: string, expected: string) => ({ message: `\`${key}\` can't be a name here: expected ${expected}` }),
  missingKey: (key: string, where: string, meaning: string | undefined) => ({
    message: `\`${key}\` is missing${where}`,
    hint: meaning === undefined ? undefined : `${key}: ${meaning}`,
  }),
  wrongValue: (where: string, expected: string, is: string, hint?: string) => ({
    message: `${where} must be ${expected}, but is ${is}`,
    hint,
  }),
  tooFew: (where: string, least: number, noun: string) => ({ message: `${where} needs at least ${one(least, noun)}` }),
  noExecutor: (known: readonly string[]) => ({
    message: 'this step does not say what to do',
    hint: `add steps: (a group), or one of: ${known.join(', ')}`,
  }),
  unknownExecutor: (key: string, known: readonly string[]) => ({
    message: `no executor is called \`${key}\``,
    hint: suggest(key, known, 40),
  }),
  twoExecutors: (first: string, second: string) => ({
    message: `a step does one thing, but this one has \`${first}\` and \`${second}\``,
    hint: 'make it two steps',
  }),
  groupWithExecutor: (executor: string) => ({
    message: `a group (steps:) can't also have the executor \`${executor}\``,
    hint: `make \`${executor}\` a step of the group`,
  }),
  phaseNotGroup: () => ({
    message: 'a phase is a group: it needs `id` and `steps`',
    hint: 'put the step below `steps:`',
  }),

  // ── meaning ──
  noPrimary: (slots: readonly string[]) => ({
    message: 'no slot is the primary',
    hint: `one slot must say \`primary: true\`${slots.length > 0 ? `: ${slots.join(', ')}` : ''}`,
  }),
  noSlots: () => ({ message: 'the recipe has no slot left', hint: 'a recipe needs at least one slot, its primary' }),
  secondPrimary: (slot: string, first: string) => ({
    message: `slot \`${slot}\` is a second primary; \`${first}\` is one already`,
    hint: 'exactly one slot says `primary: true`',
  }),
  oneOrigin: (keys: readonly string[]) => ({
    message: '`from` says one thing: where the candidate of the slot comes from',
    hint: `one of ${keys.map(inTicks).join(', ')}`,
  }),
  originAndBackends: () => ({
    message: '`from` stands in the place of `backends`, and this slot has both',
    hint: 'make it two slots',
  }),
  notOfOrigin: (key: string) => ({
    message: `\`${key}\` has no meaning in a slot with \`from\`: there is no model that could work`,
    hint: `leave \`${key}\` out`,
  }),
  originNotTaken: (missing: readonly string[]) => ({
    message: `the recipe would never take it: it has no step ${missing.map(inTicks).join(', and none ')}`,
    hint: 'say `for: slots.taken`, `fetch: "${slot.id}"` and later `take: "${slot.id}"`, as combine.yaml does',
  }),
  countStart: (start: number, most: number) => ({
    message: `\`start\` is ${start}, but \`most\` is only ${most}`,
    hint: 'so many begin at once, and at most so many there are',
  }),
  tooFewLanes: (passing: number, lanes: number) => ({
    message: `\`enough\` waits for ${passing} lanes that pass, and the recipe has ${lanes === 0 ? 'none' : lanes}`,
    hint: 'lower `passing`, or have a slot make several lanes with `count`',
  }),
  nothingPasses: (key: string) => ({
    message: `\`${key}\` would never do anything: no group of lanes says which of them pass`,
    hint: 'beside its `parallel: true`, say `passing: checked.fine`, where its `gates` step says `save: checked`',
  }),
  passingAlone: () => ({
    message: '`passing` belongs to lanes: a group with `for` and `parallel: true`',
  }),
  entryReplaced: (missing: Wording) => ({
    message: missing.message,
    hint: 'an entry replaces the inherited one whole: repeat the rest of it, or change one value with --set',
  }),
  reserved: (id: string, what: string) => ({
    message: `\`${id}\` can't be the id of a ${what}: the word means something else already`,
  }),
  ownFile: (name: string) => ({
    message: `\`${name}\` is one of the program's own files`,
    hint: 'call the file otherwise, for example notes.md',
  }),
  tooEarly: (executor: string, needed: string) => ({
    message: `\`${executor}\` needs a \`${needed}\` step before it, and there is none`,
    hint: `put one before it, as recipes/execute.yaml does`,
  }),
  listTooEarly: (list: string, needed: string) => ({
    message: `\`${list}\` is empty until a \`${needed}\` step has looked which slots there are`,
    hint: `put \`- { ${needed}: slots }\` before it`,
  }),
  noPromptOrTemplate: () => ({
    message: '`model` is told nothing',
    hint: 'name a file that a `write` step made with `prompt:`, or one of the `prompts` with `template:`',
  }),
  noTemplateForFrom: () => ({
    message: '`model` goes on with a tree of its own, and is not told with what',
    hint:
      'name one of the `prompts` with `template:`; ' +
      '`prompt:` is what it is told beside that where it has no session',
  }),
  twoPrompts: () => ({
    message: '`prompt` and `template` are given both',
    hint: 'a file that a `write` step made, or one of the `prompts`: take one of them away',
  }),
  neverWritten: (file: string, known: readonly string[]) => ({
    message: `no \`write\` step before this one makes \`${file}\``,
    ...(known.length > 0
      ? { hint: `written are: ${known.join(', ')}` }
      : { hint: 'write it first, or use `template:`' }),
  }),
  noPrompt: (key: string) => ({
    message: `\`${key}\` never gets the prompt`,
    hint: 'add `stdin: ${prompt}`, or the argument "${prompt}"',
  }),
  noFiles: () => ({
    message: '`files` never gets the test files',
    hint: 'add the argument "${files}": it becomes one for each file',
  }),
  promptNotAlone: () => ({
    message: '`${prompt}` must be an argument of its own',
    hint: 'only standard input and an argument that is exactly "${prompt}" may carry it',
  }),
  looksLikeOption: (value: string) => ({
    message: `\`${value}\` begins with a dash, so a command would take it for an option`,
    hint: `a name or path can't begin with "-"`,
  }),
  escapes: (value: string) => ({
    message: `\`${value}\` leaves the session's folder`,
    hint: 'a file is named relative to it, without `..`',
  }),
  badRegex: (why: string) => ({ message: `not a regular expression: ${why}` }),
  matchesNothing: () => ({ message: 'this expression matches the empty text, so it would match everywhere' }),
  noSuchCapture: (value: string, groups: number) => ({
    message: `\`${value}\` refers to a group that \`match\` does not have`,
    hint: groups === 0 ? '`match` has no group: put ( ) around what to take' : `\`match\` has ${one(groups, 'group')}`,
  }),
  duplicateId: (id: string, line: number) => ({
    message: `another step beside this one is called \`${id}\``,
    hint: `the first is in line ${line}`,
  }),
  loopIdTaken: (id: string) => ({
    message: `a repeated step can't be called \`${id}\`: that name means something else already`,
  }),
  unbounded: () => ({
    message: '`until` without a bound could go on for ever',
    hint: 'add `repeat: 3`: how often at most',
  }),
  loneParallel: () => ({
    message: '`parallel` has nothing to run side by side here',
    hint: 'it belongs to a group (steps:) or to a step with `for:`',
  }),
  savesNothing: (executor: string) => ({ message: `\`${executor}\` yields nothing that could be saved` }),
  saveTaken: (name: string) => ({
    message: `\`${name}\` can't be saved: that name means something else already`,
    hint: 'choose another name',
  }),
} satisfies Record<string, (...values: never[]) => Wording>;
