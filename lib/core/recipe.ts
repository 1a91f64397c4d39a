// A checked recipe, as the engine walks it: plain readonly data, every default filled in, durations in milliseconds.
// How its text is read and checked is recipe/'s business.
import type { Budget, Price } from './budget.ts';
import type { Json } from './json.ts';
import type { Origin, PullRequests } from './origin.ts';

/** An argument vector (no shell, one item stays one argument) or a shell line (nothing is substituted in it). */
export type Command = string | readonly string[];

/**
 * Where a slot works: the user's own tree, a linked worktree, a clone that shares objects and has no remote, or
 * (`remote`) a host of the recipe's.
 */
export type WorkspaceKind = 'main' | 'worktree' | 'clone' | 'remote';

/** A machine on which lanes may work, by what reaches it. */
export interface HostSpec {
  readonly name: string;
  /** Put in front of a command it runs that command there, its standard streams passed through. */
  readonly via: readonly string[];
  /** What makes it and prints its id last, and what takes it away again; empty: it is there. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** How long it may take until it answers; null: for ever. */
  readonly waitMs: number | null;
  /** Where lanes lie there; null: `~/.cache/mm`. */
  readonly root: string | null;
  /** How many lanes work there at once; null: as many as there are. */
  readonly lanes: number | null;
  /** What commands of lanes see there beside what its login shell and their backends give them. */
  readonly env: Readonly<Record<string, string>>;
}

/** What must hold of a JSON document: dotted path → the values it may have; in texts `*` stands for any characters. */
export type Condition = Readonly<Record<string, readonly Json[]>>;

/** Where a value stands in the JSON that a backend prints. */
export interface Place {
  /** Dotted; `*` sums over every entry. */
  readonly path: string;
  /** Documents (lines) in which it does not hold are passed over; `{}` holds always. */
  readonly where: Condition;
  /** The values of all documents are added up; else the last one counts. */
  readonly sum: boolean;
}

/** How a backend's standard output is to be read; of several places the first that a document has counts. */
export interface OutputFormat {
  /** `text` is the answer as it stands. */
  readonly format: 'text' | 'json' | 'jsonl';
  readonly answer: readonly Place[];
  /** Empty: where errors usually stand, and then only in the answer's own document or where there is no answer. */
  readonly error: readonly Place[];
  readonly input_tokens: readonly Place[];
  readonly output_tokens: readonly Place[];
  readonly cost_usd: readonly Place[];
  /** Of the tokens read, those that came from a cache. */
  readonly cached_tokens: readonly Place[];
  /** Where the id of its session stands. */
  readonly session: readonly Place[];
  /** What of the usage that it reports counts the earlier runs of its session too. */
  readonly thread: readonly ('input_tokens' | 'output_tokens' | 'cached_tokens' | 'cost_usd')[];
  /** Any of these, in the document with the answer or in the final one, says that the answer is an error. */
  readonly failed: readonly Condition[];
  /**
   * After a document that meets any of `where` it has finished: it is ended after `graceMs`, and its exit code does not
   * matter. `where` null: the usual one, with an answer in it. null: it is waited for.
   */
  readonly done: { readonly where: readonly Condition[] | null; readonly graceMs: number } | null;
}

/** One way to run a slot's model. */
export interface Backend {
  /** The command that must be on PATH. */
  readonly cli: string;
  /** Whose service it uses: lanes of one vendor start apart. */
  readonly vendor: string;
  /** As `permissions` asks for it. */
  readonly run: readonly string[];
  /** The argument vector for steps that only ask (`read_only: true`); null: `run`; false: it takes no such step. */
  readonly readOnly: readonly string[] | null | false;
  /** The argument vector for steps that make pieces of others fit, where `permissions` allows it; `run` where absent. */
  readonly mend: readonly string[] | null;
  /** The argument vector for steps that need no more than to read files; `readOnly` where absent. */
  readonly reading: readonly string[] | null;
  /** The argument vector for steps that compare candidates, all of which is in the prompt; `readOnly` where absent. */
  readonly judge: readonly string[] | null;
  /** The arguments that hold its answer to a JSON Schema: in the place of `${answer_schema}` in its lines. */
  readonly answerSchema: readonly string[];
  /** The text for standard input, null: closed. */
  readonly stdin: string | null;
  readonly env: { readonly pass: readonly string[]; readonly set: Readonly<Record<string, string>> };
  /** File name → text: written into the session's folder for it to read. */
  readonly settings: Readonly<Record<string, string>>;
  /** A prefix command, e.g. a sandbox. */
  readonly via: readonly string[];
  readonly install: string | null;
  /** Where its login can be seen without asking its vendor; all empty: nowhere. */
  readonly login: { readonly env: readonly string[]; readonly files: readonly string[]; readonly how: string | null };
  readonly output: OutputFormat;
  /** The argument vector that goes on with a session, `${attempt.session}`, as `permissions` asks for; null: none is known. */
  readonly resume: readonly string[] | null;
  /** Arguments that have it stop by itself at `${attempt.budget_usd}`; null: it does not know how. */
  readonly cap: readonly string[] | null;
  readonly permissions: 'full' | 'workspace';
  /** What `run` may do, in words; null: nothing is said. */
  readonly allows: string | null;
  /**
   * The version of the CLI that its lines were tried with; null: they are from its documentation, or the user's own.
   */
  readonly measured: string | null;
  /** The options in its lines, and where they are written. */
  readonly flags: readonly Flag[];
  /** Options that its help does not list, though they work. */
  readonly unlisted: readonly string[];
}

/** An option in one of a backend's lines. */
export interface Flag {
  readonly flag: string;
  /** The program and its subcommands, as they stand in front of the options. */
  readonly command: readonly string[];
  /** `file:line`. */
  readonly place: string;
}

export interface Slot {
  readonly id: string;
  readonly title: string;
  readonly primary: boolean;
  readonly workspace: WorkspaceKind;
  /** Hosts on which it works, the first that can be used; empty: here. */
  readonly hosts: readonly string[];
  /** Milliseconds; null where the recipe's default holds. */
  readonly timeoutMs: number | null;
  /** Empty where its candidate comes from elsewhere. */
  readonly backends: readonly Backend[];
  /** Where its candidate comes from; null: a model of ours makes it. */
  readonly from: Origin | null;
  /** The slot of the recipe that it is a lane of: its own id, where that makes only one. */
  readonly of: string;
  /** It begins only when all lanes of its slot before it have ended, and none of them passed. */
  readonly spare: boolean;
}

/** A word or pattern on the task's first or last line that sets a value. */
export interface Trigger {
  readonly match: string;
  readonly value: string | number;
  readonly max: number | null;
}

export type FailureClass =
  | 'timeout'
  | 'rate-limit'
  | 'quota'
  | 'budget'
  | 'auth'
  | 'api'
  | 'crash'
  | 'empty'
  | 'no-session'
  | 'stalled'
  | 'lost'
  | 'not-found'
  | 'superseded'
  | 'interrupted';

/** First match wins. Every condition that is present must hold. */
export interface FailureRule {
  /** `ok`: what would be a failure counts as a success. */
  readonly class: FailureClass | 'ok';
  /** A regular expression looked for on both output streams, case-insensitively. */
  readonly output: string | null;
  readonly exit: readonly number[] | null;
  readonly retry: {
    readonly times: number;
    readonly afterMs: number;
    readonly timeoutFactor: number;
    /** What it is told where it goes on with its session, on what it has made; null: it always begins anew. */
    readonly resume: string | null;
  } | null;
  /** `backend`: go on with the slot's next backend. */
  readonly next: 'backend' | null;
  /** A question put to the user when the retries are used up: run once more with a higher timeout? */
  readonly ask: string | null;
}

export interface GateSpec {
  readonly id: string;
  readonly title: string;
  readonly run: Command;
  readonly timeoutMs: number | null;
  /** false: shown, but a result may be complete without it. */
  readonly required: boolean;
  readonly via: readonly string[];
  /** The command for some test files only, with `${files}` where they go; absent: as the table says. */
  readonly files?: readonly string[];
}

/** A row of the table that finds a repository's gates: when all its files exist, its gates hold. */
export interface GateRule {
  readonly title: string;
  /** It says what is usual for a language, not what the project says. */
  readonly usual: boolean;
  /** Repository-relative files that must exist. */
  readonly files: readonly string[];
  /** file → regular expression that its text must match. */
  readonly contains: Readonly<Record<string, string>>;
  /** Files of which none may be there. */
  readonly without: readonly string[];
  /** file → regular expression that its text must not match. */
  readonly lacks: Readonly<Record<string, string>>;
  /** Names of scripts that package.json must have. */
  readonly scripts: readonly string[];
  /** `$1` stands for what the first ( ) of `contains` matched. */
  readonly gates: Readonly<Record<string, GateSpec>>;
  /** A file in which the project names commands itself; null: the rule is about `gates`. */
  readonly commands: OwnCommandsRule | null;
}

/** Where a project names commands itself, and how they are started. */
export interface OwnCommandsRule {
  readonly file: string;
  readonly format: 'package.json' | 'composer.json' | 'deno.json' | 'make' | 'just' | 'taskfile' | 'ci';
  readonly run: readonly string[];
  /** Put in front of tools that the project brings along. */
  readonly tools: string;
  /** The language of what is no other's. */
  readonly language: string | null;
  /** How many times the usual limits they get. */
  readonly limitFactor: number;
}

/** What command lines do, as regular expressions. */
export interface CommandWords {
  /** Gate → names of commands that are it, or are it if their tools are, and how its tools are called. */
  readonly gates: Readonly<
    Record<
      string,
      {
        readonly names: readonly string[];
        readonly maybe: readonly string[];
        readonly does: readonly string[];
        readonly timeoutMs: number | null;
      }
    >
  >;
  /** Names of commands that are several gates. */
  readonly several: readonly string[];
  /** Why → what is never part of a gate. */
  readonly never: Readonly<Record<string, readonly string[]>>;
  /** What makes what tests may need. */
  readonly builds: readonly string[];
  /** Tests that need nothing that was built. */
  readonly readsSources: readonly string[];
  /** What is right on a build server only. */
  readonly ciOnly: readonly string[];
  /** Language → how its tools are called. */
  readonly languages: Readonly<Record<string, readonly string[]>>;
}

/**
 * Files that come from one hand, by name: a lock file (no `*`) follows the manifests in its folder and below; a file
 * whose pattern has a `*` follows the file in which the `*` stands for the same.
 */
export interface TogetherRule {
  readonly files: readonly string[];
  readonly follow: readonly string[];
  /** Names of ignored folders that a tool fills from them. */
  readonly installs: readonly string[];
}

/**
 * What a test runner, linter or compiler prints: regular expressions that are looked for line by line. What the names
 * of their groups mean is said in recipes/README.md.
 */
export interface OutputReader {
  /** Summaries. */
  readonly counts: readonly string[];
  /** Lines of single tests, files or suites; they count where nothing printed a summary. */
  readonly lines: readonly string[];
  /** Lines that name a failing test. */
  readonly failing: readonly string[];
  /** From such a line on, what is said belongs to no failing test named before. */
  readonly apart: readonly string[];
  /** Such a line is said of the test that is named next. */
  readonly before: readonly string[];
  /** Lines that say that what the gate starts is not there. */
  readonly missing: readonly string[];
}

/** What a lane's workspace gets beside what git carries. */
export interface Preparation {
  /** Patterns as in .gitignore; null: the table's rules decide. */
  readonly copy: readonly string[] | null;
  readonly link: readonly string[];
  /** Also copy what is ignored and named in `.worktreeinclude`. */
  readonly include: boolean;
  readonly run: readonly Command[];
}

/**
 * A row of the table that says what a lane needs of what git ignores: installed packages, what was built. Names have
 * `*`.
 */
export interface PrepareRule {
  readonly title: string;
  /** Names of ignored files and folders, in whatever folder they lie. */
  readonly copy: readonly string[];
  /** Names, one of which must lie beside what is copied or in a folder above; none: nothing must. */
  readonly beside: readonly string[];
  /** Names, one of which the copied folder must hold; none: nothing must. */
  readonly holds: readonly string[];
  /** What is larger is installed, or left out, where the disk can't share blocks; null: no limit. */
  readonly mostBytes: number | null;
  /** Text files in it that name the user's tree by its path: `name`, or `folder/name`. */
  readonly repoint: readonly string[];
  /**
   * Lock file or manifest → the command that installs what it names, run in its folder; the first that is there counts.
   */
  readonly install: Readonly<Record<string, Command>>;
  /**
   * Lock file or manifest → regular expression for those parts of its text that say what is installed; '': all of it.
   */
  readonly manifests: Readonly<Record<string, string>>;
}

/** How a runner is told to run some test files only; what each key does is said in recipes/gates.yaml. */
export interface FilesRule {
  /**
   * A regular expression that the command begins with; its group `keep`, if it has one, is all that is kept of that.
   */
  readonly start: string;
  /** It starts a script of package.json: its expression's group `script`. */
  readonly script: boolean;
  /** A regular expression of the files that are tests to this runner. */
  readonly files: string;
  readonly values: readonly string[];
  readonly flags: readonly string[];
  readonly drop: readonly string[];
  readonly first: readonly string[];
  readonly argument: readonly string[];
  readonly strip: string | null;
  readonly most: number | null;
  /** What stands before files that follow a script. */
  readonly before: readonly string[];
  /** What runs a script's command as a shell line in its surroundings. */
  readonly exec: readonly string[];
}

/** A tool that gates start: how to see that it could run, and how to get it. */
export interface Tool {
  /** The executable that must be on PATH; null: the first word itself. */
  readonly program: string | null;
  /** Files, one of which must be there (a server's socket); `~/` is the home folder; none: nothing must. */
  readonly files: readonly string[];
  /** Variables, any of which says that it is elsewhere. */
  readonly env: readonly string[];
  readonly install: string | null;
}

/** What somebody who looks away wants to be told of. */
export type Moment = 'question' | 'completed' | 'failed' | 'budget';

/** How that is told. */
export interface Notify {
  /** None: nothing is told. */
  readonly on: readonly Moment[];
  /** How long a question waits before it is told. */
  readonly afterMs: number;
  /** Argument vectors with `${notice.title}` and `${notice.text}`; the first whose program is installed is used. */
  readonly commands: readonly (readonly string[])[];
  /** What the terminal is sent where none is, or it fails. */
  readonly terminal: 'osc9' | 'bell' | 'none';
}

/** The modifiers that any step may carry. */
export interface Modifiers {
  readonly id: string | null;
  /** A list's name: the step or group runs once per item. */
  readonly for: string | null;
  readonly parallel: boolean;
  /** Of lanes: the name that holds in one that has passed. */
  readonly passing: string | null;
  readonly when: string | null;
  readonly unless: string | null;
  readonly save: string | null;
  /** How often at most: a number, or one `${name}`. */
  readonly repeat: number | string | null;
  readonly until: string | null;
  /** A failure is noted, and the walk goes on. */
  readonly optional: boolean;
  /** A limit for the step: a number of seconds, a duration, `none`, or one `${name}`. */
  readonly timeout: number | string | null;
  readonly retry: number;
}

interface StepBase extends Modifiers {
  /** Its place in the recipe, e.g. `phases.3.steps.2`: the step's identity in the journal. */
  readonly key: string;
}

export interface GroupStep extends StepBase {
  readonly kind: 'group';
  readonly steps: readonly Step[];
}

export interface ActionStep extends StepBase {
  readonly kind: 'action';
  readonly executor: string;
  /** The executor key's own value, as written. */
  readonly value: Json;
  /** The executor's further fields, as written, without the modifiers. */
  readonly fields: Readonly<Record<string, Json>>;
}

export type Step = GroupStep | ActionStep;

/** The steps that do something, in the order in which they are written, out of all groups. */
export const actionsIn = (steps: readonly Step[]): readonly ActionStep[] =>
  steps.flatMap((step) => (step.kind === 'action' ? [step] : actionsIn(step.steps)));

export interface Recipe {
  readonly name: string;
  readonly summary: string;
  /** Absolute path of the file that was named; parents are in `sources`. */
  readonly file: string;
  /** Every file it was made from, child first, with the SHA-256 of its text. */
  readonly sources: readonly { readonly file: string; readonly sha256: string }[];
  readonly slots: Readonly<Record<string, Slot>>;
  readonly hosts: Readonly<Record<string, HostSpec>>;
  readonly triggers: Readonly<Record<string, readonly Trigger[]>>;
  readonly timeout: {
    /** null: no limit. */
    readonly defaultMs: number | null;
    /** How long a model may say nothing; null: as long as it likes. */
    readonly silenceMs: number | null;
    readonly graceMs: number;
    readonly wrap: readonly (readonly string[])[];
  };
  /** How far apart lanes of one vendor start; null: they need not be. */
  readonly staggerMs: number | null;
  /** When so many lanes pass, the others have this long to get done; null: they have all the time they need. */
  readonly enough: { readonly passing: number; readonly graceMs: number } | null;
  readonly failures: readonly FailureRule[];
  /** How pull requests are fetched: the first whose programs are installed counts. */
  readonly pullRequests: readonly PullRequests[];
  /** Empty: found by `gateRules`. */
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly gateRules: readonly GateRule[];
  /** How runners are told to run some test files only, by the rule's name. */
  readonly runFiles: Readonly<Record<string, FilesRule>>;
  /** How outputs of gates are read, by the reader's name; a later one is asked first. */
  readonly readers: Readonly<Record<string, OutputReader>>;
  readonly commandWords: CommandWords;
  /** Globs of test files, for running one candidate's tests against another. */
  readonly testFiles: readonly string[];
  /** Globs of files that are no sources. */
  readonly canaryKeeps: readonly string[];
  readonly together: readonly TogetherRule[];
  /** Names of folders that hold nothing but caches. */
  readonly caches: readonly string[];
  /** Regular expressions for what tools print that wait for changes instead of ending. */
  readonly watching: readonly string[];
  /** Tools by the words that a command begins with. */
  readonly tools: Readonly<Record<string, Tool>>;
  readonly prepareRules: readonly PrepareRule[];
  /** What a bare `prepare` step does. */
  readonly prepare: Preparation;
  /** A prefix for gates, prepare commands and `command` steps, e.g. a sandbox; a gate's own `via` comes before it. */
  readonly commandVia: readonly string[];
  /** Environment variables that no command sees unless its backend passes them (globs). */
  readonly withhold: readonly string[];
  /** Named values that steps read as `${options.x}`. */
  readonly options: Readonly<Record<string, Json>>;
  /** What is in it that earlier versions used and this one does not, as sentences. */
  readonly notes: readonly string[];
  readonly phases: readonly Step[];
  readonly finally: readonly Step[];
  readonly prompts: Readonly<Record<string, string>>;
  readonly reports: Readonly<Record<string, string>>;
  /**
   * Where the accepted result is checked last: `tree`: the user's own, once it lies there; `proof`: only where it was
   * proven.
   */
  readonly verify: 'tree' | 'proof';
  /** How often at most a candidate that fails goes back to its model: `${recipe.repair}`. */
  readonly repairRounds: number;
  /** What a run may spend; null: as much as it takes. */
  readonly budget: Budget | null;
  /** What tokens cost, by `cli` or `cli/model`, for CLIs that tell tokens only. */
  readonly prices: Readonly<Record<string, Price>>;
  readonly notify: Notify;
  /** Whether an agent that calls `mm mcp` may accept a plan: once its user has been asked, never, or unasked. */
  readonly mcpAccept: 'ask' | 'never' | 'allowed';
  /** A folder that is made into a small repository in a temporary place, to work there (for demonstrations). */
  readonly sample: string | null;
}
