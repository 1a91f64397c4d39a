// A checked recipe, as the engine walks it: plain readonly data, every default filled in, durations in milliseconds.
// How its text is read and checked is recipe/'s business.
import type { Backend, FailureRule } from './backend.ts';
import type { Budget, Price } from './budget.ts';
import type { CommandWords, FilesRule, GateRule, GateSpec, OutputReader, Tool } from './gate-rules.ts';
import type { Json } from './json.ts';
import type { Origin, PullRequests } from './origin.ts';
import type { Preparation, PrepareRule } from './preparation.ts';
import type { Step } from './step.ts';

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
  /** How long what runs there goes on while nobody hears of it. */
  readonly leaseMs: number;
  /** Where lanes lie there; null: `~/.cache/mm`. */
  readonly root: string | null;
  /** How many lanes work there at once; null: as many as there are. */
  readonly lanes: number | null;
  /** What commands of lanes see there beside what its login shell and their backends give them. */
  readonly env: Readonly<Record<string, string>>;
}

/** Among hosts: this machine. */
export const HERE = 'here';

export interface Slot {
  readonly id: string;
  readonly title: string;
  readonly primary: boolean;
  readonly workspace: WorkspaceKind;
  /** Hosts on which it works, the first that can be used; empty: here. */
  readonly hosts: readonly string[];
  /** Where it is asked what changes nothing, or mends what others made; empty: here, or on `hosts` where it is not. */
  readonly askHosts: readonly string[];
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

/** Every place that a slot names, to work or to be asked in. */
export const hostsNamedBy = ({ hosts, askHosts }: Slot): readonly string[] => [...hosts, ...askHosts];

/** A word or pattern on the task's first or last line that sets a value. */
export interface Trigger {
  readonly match: string;
  readonly value: string | number;
  readonly max: number | null;
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
  /** Where gates run that do not say so themselves, the first that can be used; empty: where the tree lies, or here. */
  readonly gateHosts: readonly string[];
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
  /** Those of them that the program itself reads. */
  readonly settings: {
    /** Each gate is tried once on spoilt sources. */
    readonly canary: boolean;
    /** Each candidate is tested with the tests of all others. */
    readonly crossGates: boolean;
    /** Whether pieces are made to fit before or after the user is asked. */
    readonly integrate: 'before' | 'after';
    /** What Git LFS keeps elsewhere is fetched into workspaces. */
    readonly lfs: boolean;
  };
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
