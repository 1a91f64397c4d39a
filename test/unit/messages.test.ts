// The catalogue of messages, each one shown with sample values: says what happened and what to do, in a shape that the
// view can draw (a command stands alone on its line), with an exit code that the program promises.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Failure } from '../../lib/core/failure.ts';
import { candidateMessages } from '../../lib/core/messages/candidate-messages.ts';
import { cliMessages } from '../../lib/core/messages/cli-messages.ts';
import { deliverMessages } from '../../lib/core/messages/deliver-messages.ts';
import { doctorMessages } from '../../lib/core/messages/doctor-messages.ts';
import { engineMessages } from '../../lib/core/messages/engine-messages.ts';
import { hostMessages } from '../../lib/core/messages/host-messages.ts';
import { initMessages } from '../../lib/core/messages/init-messages.ts';
import { mcpMessages } from '../../lib/core/messages/mcp-messages.ts';
import { modelMessages } from '../../lib/core/messages/model-messages.ts';
import { originMessages } from '../../lib/core/messages/origin-messages.ts';
import { recipeFailures } from '../../lib/core/messages/recipe-mistakes.ts';
import { reportMessages } from '../../lib/core/messages/report-messages.ts';
import { repositoryMessages } from '../../lib/core/messages/repository-messages.ts';
import { messages } from '../../lib/core/messages/run-messages.ts';
import { systemMessages } from '../../lib/core/messages/system-messages.ts';
import { plainPaint } from '../../lib/view/paint.ts';
import { renderFailure } from '../../lib/view/render-failure.ts';
import { PROJECT } from '../support/paths.ts';

/** Sample values for every entry of a catalogue: the type check tells which are missing. */
type Samples<C> = {
  readonly [K in keyof C]: C[K] extends (...values: infer V) => Failure ? readonly Readonly<V>[] : never;
};
const samples = <C extends Readonly<Record<string, (...values: never[]) => Failure>>>(
  catalogue: C,
  values: Samples<C>,
): readonly Failure[] =>
  Object.entries(catalogue).flatMap(([id, entry]) => {
    const cases = (values as unknown as Readonly<Record<string, readonly (readonly never[])[]>>)[id] ?? [];
    assert.ok(cases.length > 0, `${id} has no sample`);
    return cases.map((value) => {
      const failure = entry(...value);
      assert.is(failure.id, id);
      return failure;
    });
  });

const [path, top, dir] = ['/work/a b/src/x.ts', '/work/a b', '/work/project'];
const [session, oid] = ['20261122-101112Z-1234-ab12', '0123456789abcdef0123456789abcdef01234567'];
const paths = ['src/x.ts', "it's.txt"];
const put = { top, stash: oid, copies: '/state/mm/user' };
const why = 'permission denied';

const shown: readonly Failure[] = [
  ...samples(cliMessages, {
    unknownOption: [[{ option: '--pases', near: '--passes' }], [{ option: '--zzz', near: undefined }]],
    valueMissing: [[{ option: '--passes', value: 'N' }]],
    noValueWanted: [[{ option: '--yes', value: 'no' }]],
    givenTwice: [[{ option: '--passes' }]],
    optionElsewhere: [[{ option: '--all', command: 'mm show' }]],
    badValue: [[{ option: '--passes', value: 'many', expected: 'a number from 1 on' }]],
    fromTwice: [[{ name: 'a' }]],
    taskTwice: [[]],
    tooManyOperands: [[{ command: 'check', operand: 'x' }]],
    noSuchRecipe: [
      [{ name: 'chekc', near: 'mm check', known: ['execute', 'demo'], looked: [path] }],
      [{ name: 'zzz', near: undefined, known: ['execute', 'demo'], looked: [path] }],
    ],
    noSuchCommand: [[{ name: 'chekc', near: 'mm check' }], [{ name: 'zzz', near: undefined }]],
    noSuchFolder: [[{ dir, why: 'there is no such folder' }]],
    noSuchSession: [
      [{ name: '2026x', near: session, known: [session] }],
      [{ name: 'zzz', near: undefined, known: [session] }],
      [{ name: 'zzz', near: undefined, known: [] }],
    ],
    sessionOfOtherRepository: [[{ name: session, repository: dir }]],
    ambiguousSession: [[{ name: '2026', matches: [session, `${session.slice(0, -1)}3`] }]],
    unfinishedElsewhere: [[{ session, since: '2026-11-22T10:11:12.000Z', root: dir }]],
    sessionElsewhere: [[{ session, command: 'undo', top }]],
    nothingToUndo: [[]],
    reviseWhat: [[]],
    reviseUnfinished: [[{ session }]],
    reviseEdited: [[{ session }]],
    logOfWhom: [
      [{ session, slot: undefined, slots: ['claude', 'gpt'], near: undefined }],
      [{ session, slot: 'claud', slots: ['claude', 'gpt'], near: 'claude' }],
    ],
    noReview: [[{ session }]],
    reviseForeign: [[{ session, slot: 'a', from: 'ref feature' }]],
    noCandidateOf: [
      [{ session, slot: 'gemin', known: ['gemini', 'gpt'], near: 'gemini' }],
      [{ session, slot: 'zzz', known: ['gemini'], near: undefined }],
    ],
    acceptWhat: [[]],
    acceptNothing: [[{ session, status: 'completed' }]],
    pickWhat: [[]],
    pickUnfinished: [[{ session }]],
    pickNoPlan: [[{ session }]],
    pickEdited: [[{ session }]],
    pickNotRead: [[{ word: 'src/a.ts' }]],
    pickTwice: [[{ what: 'src/a.ts#2' }]],
    pickNoFile: [[{ session, path, near: 'src/a.ts' }], [{ session, path, near: undefined }]],
    pickWhole: [[{ session, path, why: 'it is not text' }]],
    pickNoHunk: [[{ path, hunk: 7, count: 1 }], [{ path, hunk: 7, count: 3 }]],
    pickNoVersion: [
      [{ what: 'src/a.ts#2', from: 'gemin', known: ['gemini', 'base'], near: 'gemini' }],
      [{ what: 'src/a.ts', from: 'zzz', known: ['gemini', 'base'], near: undefined }],
    ],
    undoneAlready: [[{ session }]],
    nothingToResume: [[{ session, status: 'completed' }]],
    noneCompleted: [[{ some: true }], [{ some: false }]],
    nothingStopped: [[]],
    journalTooShort: [[{ session }]],
    recipeChanged: [[{ session, file: path }]],
    repositoryMoved: [[{ session, from: oid, to: oid }]],
    unfinished: [[{ session, since: '2026-11-22T10:11:12.000Z' }]],
  }),
  ...samples(mcpMessages, {
    sdkMissing: [[{ sdk: '@modelcontextprotocol/sdk' }]],
    badArguments: [[{ tool: 'run', wrong: ['task: type {"type":"string"}'] }]],
    recipeOutside: [[{ recipe: '../other.yaml', top }]],
    sampleRecipe: [[{ recipe: 'demo' }]],
    runRefused: [[{ exit: null, said: 'It was ended.' }], [{ exit: 70, said: 'A fault.' }]],
    noSessions: [[]],
    noPlan: [[{ session, state: 'running' }]],
    nothingOpen: [[{ session, state: 'running' }]],
    declinedBefore: [[{ session }]],
    acceptNever: [[{ session }]],
    acceptUnasked: [[{ session }]],
    acceptUnanswered: [[{ session }]],
  }),
  ...samples(modelMessages, {
    noModel: [
      [{ looked: [{ title: 'One', tried: [{ cli: 'one', install: 'npm install -g one' }] }] }],
      [{ looked: [{ title: 'One', tried: [{ cli: 'one', install: null }] }] }],
    ],
    unknownSlot: [
      [{ slot: 'on', known: ['one', 'two'], near: 'one' }],
      [{ slot: 'zzz', known: ['one', 'two'], near: undefined }],
    ],
    noSlotChosen: [[{ only: ['one'], without: ['one'] }], [{ only: null, without: ['one', 'two'] }]],
    noReadOnly: [[{ step: 'explore', slot: 'one', clis: ['one', 'two'] }]],
    promptTooLong: [[{ slot: 'one', cli: 'one', bytes: 200_000, limit: 131_071 }]],
    allModelsFailed: [[{ session: null, failures: [{ title: 'One', why: 'it was not logged in' }] }]],
    modelFailed: [[{ title: 'One', why: 'it was not logged in' }]],
    budgetReached: [
      [
        {
          refused: 'One was not asked (compare)',
          said: 'the budget is reached ($5.20 of $5.00)',
          session: '20260101-000000Z-1-abcd',
        },
      ],
    ],
    budgetStopped: [[{ said: '$5.20 of $5.00', session: '20260101-000000Z-1-abcd' }]],
    leftInTree: [[]],
    judgeUnusable: [[{ title: 'One', mistakes: ['No JSON was found.'] }]],
  }),
  ...samples(messages, {
    interrupted: [[]],
    turnedDown: [[]],
    noTask: [[]],
    emptyTask: [[{ why: '' }], [{ why: 'only its trigger words were there' }]],
    taskTooLong: [[{ bytes: 5_000_000, limit: 1_048_576 }]],
    taskUnreadable: [[{ file: 'task.md', why }]],
    gatesFailed: [
      [{ gates: ['tests (fail)'], details: [], session }],
      [{ gates: ['tests (fail)'], details: [], session, delivered: { branch: 'x', remote: null } }],
      [
        {
          gates: ['tests (fail)', 'linter (fail)'],
          details: ['tests passes where the result was proven and fails in your own tree:'],
          session,
        },
      ],
    ],
    takenOut: [[{ gates: ['tests'] }]],
    nothingChanged: [[]],
    declined: [[{ headless: true }], [{ headless: false }]],
    breached: [[{ what: ['The branch main was moved.'], session, patch: path }]],
    breachedBesides: [
      [{ what: ['The branch main was moved.'], session, failure: messages.declined({ headless: true }) }],
    ],
    changesConflict: [
      [
        {
          paths,
          versions: { tracked: ['src/x.ts'], untracked: ["it's.txt"], deleted: [] },
          stash: oid,
          ref: `refs/mm/${session}/user`,
          top,
        },
      ],
      [
        {
          paths: ['gone.txt'],
          versions: { tracked: [], untracked: [], deleted: ['gone.txt'] },
          stash: oid,
          ref: `refs/mm/${session}/user`,
          top,
        },
      ],
    ],
    resultIncomplete: [[{ paths, patch: path }]],
    commandFailed: [
      [{ command: 'make x', how: 'ended with exit code 2', output: 'no rule' }],
      [{ command: 'make x', how: 'ended by the signal TERM', output: '' }],
    ],
    commandNotStarted: [[{ command: 'make x', why: 'make is not on PATH' }]],
    commandTooSlow: [[{ command: 'make x', limit: '60s', output: 'working' }]],
    stepTooEarly: [[{ step: 'capture', why: 'claude has no workspace' }]],
    sessionsInside: [
      [{ root: '/home/me/state', top: '/home/me', rule: '/state/', exclude: '/home/me/.git/info/exclude' }],
    ],
    noRepositoryStep: [[]],
    ownFile: [[{ file: 'events.jsonl' }]],
    notDuration: [[{ step: 'implement', value: 'lots' }]],
    notCount: [[{ step: 'pass', value: '0' }]],
    unreadableFile: [[{ file: 'AGENTS.md', why }]],
  }),
  ...samples(repositoryMessages, {
    'not-a-repository': [[{ dir }]],
    'no-such-folder': [[{ dir }]],
    'folder-missing': [[{ dir }]],
    'folder-in-repository': [[{ dir, top }]],
    'folder-holds-sessions': [[{ dir, root: '/work/project/state' }]],
    'folder-has-repositories': [[{ dir, paths: ['a b/', 'c/'] }]],
    'folder-unreadable': [[{ dir, paths }]],
    'folder-too-large': [[{ dir, files: 12345, bytes: 9e9, most: 5e8, mostFiles: 20_000 }]],
    'folder-changed': [[{ session, dir }]],
    'folder-needs-clones': [[{ slot: 'One' }]],
    'bare-repository': [[{ dir }]],
    'repository-refused': [[{ dir, why }]],
    'no-commit': [[{ top }]],
    'in-progress': [[{ top, what: 'merge', finish: 'git merge --continue', abort: 'git merge --abort' }]],
    unmerged: [[{ top, paths }]],
    'index-locked': [[{ lock: path }]],
    'git-at-work': [[{ top, pid: 4711, lock: path }]],
    'not-writable': [[{ path }]],
    'name-not-utf8': [[{ top, paths }]],
    'in-the-way': [[{ paths }]],
    'folder-in-place': [[{ top: '/r', paths }]],
    'changed-meanwhile': [[{ paths }]],
    'not-clean': [[{ top, paths }]],
    'git-failed': [[{ doing: 'read this repository', why }]],
    'changes-kept': [[{ ...put, paths }]],
    'edited-meanwhile': [[{ top, copies: path, paths }]],
    'copies-gone': [[{ top, stash: oid, ref: `refs/mm/${session}/user` }]],
    'records-gone': [[{ top, dir }]],
    'changes-wait': [[put]],
    'changes-kept-head': [[{ ...put, found: oid, base: oid }]],
    'changes-kept-index': [[{ ...put, index: path, saved: path }]],
    'apply-conflict': [[{ paths }], [{ paths: Array.from({ length: 50 }, (_, i) => `file-${i}`) }]],
    'unsafe-path': [[{ path: '../x' }]],
    'repository-gone': [[{ path: dir }]],
    'session-running': [true, false].map(
      (certain) => [{ session, pid: 12, host: 'here', since: '10:11', lock: path, certain }] as const,
    ),
  }),
  ...samples(deliverMessages, {
    noDelivery: [[{ recipe: 'ask' }]],
    noBranchName: [[{ name: '-x', why: 'it begins with "-", as options do' }]],
    branchExists: [[{ branch: 'x', by: 'x' }], [{ branch: 'x', by: 'x/y' }]],
    remoteBranchExists: [[{ branch: 'x', remote: 'origin' }]],
    noIdentity: [[{ said: 'Please tell me who you are.' }]],
    noRemote: [[]],
    whichRemote: [[{ remotes: ['a', 'b'] }]],
    remoteSilent: [[{ remote: 'origin', why }]],
    noMaker: [[{ programs: [] }], [{ programs: ['gh'] }], [{ programs: ['gh', 'glab'] }]],
    makerRefuses: [[{ why }]],
    plainFolder: [[]],
    hookRefused: [[{ hook: 'commit-msg', said: why, session }]],
    notCommitted: [[{ why, session }]],
    unsafeResult: [[{ path: '../x' }]],
    notPushed: [[{ branch: 'x', remote: 'origin', why, session }]],
    nameTaken: [[{ branch: 'x', remote: 'origin', session }]],
    notProposed: [[{ branch: 'x', remote: 'origin', why, session }]],
    deliverUnfinished: [[{ session }]],
    noAccepted: [[{ session }]],
    deliveredElsewhere: [[{ session, branch: 'x', to: 'y' }]],
    deliverEdited: [[{ session }]],
  }),
  ...samples(hostMessages, {
    hostsUnusable: [[{ slot: 'Gemini', tried: [{ host: 'box', why }] }]],
    gateNowhere: [[{ gate: 'tests', tried: new Map([['box', why]]) }]],
    laneFailed: [[{ host: 'box', what: 'opening a lane', why }]],
    commandLost: [[{ command: 'npm ci', why }]],
    laneLeft: [[{ host: 'box', lane: 'gemini.1.0123456789ab', why }]],
    hostSilent: [[{ host: 'box', why, command: 'ssh box git --version' }]],
    noHosts: [[{ recipe: 'execute' }]],
    recipeForHosts: [[{ recipe: 'away' }]],
    hostLacks: [
      [{ host: 'box', clis: ['gemini'], install: ['npm install -g x'] }],
      [{ host: 'box', clis: ['x'], install: [] }],
    ],
    hostLacksTools: [[{ host: 'box', missing: [['npm', 'tests']] }]],
    hostFull: [[{ host: 'box', free: '12 MB' }]],
    hostUpFailed: [[{ host: 'pod', command: 'podman run -d lane', why }]],
    hostLeft: [[{ host: 'pod', command: 'podman rm -f 1234', why }]],
  }),
  ...samples(originMessages, {
    unknownRef: [[{ ref: 'origin/feature' }]],
    unrelated: [[{ what: 'feature' }]],
    noFolder: [[{ folder: top }]],
    noPatch: [[{ file: path, why }]],
    notPatch: [[{ said: ['corrupt patch at line 3'] }]],
    doesNotApply: [[{ said: ['patch failed: src/a.js:3'] }]],
    unsafePaths: [[{ paths }]],
    changesNothing: [[]],
    contained: [[{ title: 'a', from: 'ref feature' }]],
    unreadable: [[{ said: 'fatal: bad object' }]],
    unusable: [[{ title: 'a', from: 'ref feature', why: 'It changes nothing', remedy: ['Check it.'] }]],
    conflicts: [[{ title: 'a', from: 'ref feature', paths }]],
    notOpen: [[{ number: '12', state: 'CLOSED' }]],
    noText: [[{ number: '12', why }]],
    noTaskIn: [[{ origins: ['ref feature'] }]],
    noAuthors: [[{ number: '12', why }]],
    noForge: [[{ programs: ['gh', 'glab'] }], [{ programs: [] }]],
    noOrigins: [[]],
    notFetched: [[{ title: 'a' }]],
  }),
  ...samples(candidateMessages, {
    'workspace-exists': [[{ path }]],
    'workspace-inside': [[{ path, top }]],
    'workspace-parent': [[{ path, why }]],
    'workspace-registered': [[{ path, name: 'project-mm-one' }]],
    'branch-exists': [[{ branch: 'mm/one/20261122-101112' }]],
    'branch-blocked': [[{ branch: 'mm/one/20261122-101112', by: 'mm' }]],
    'branch-invalid': [[{ branch: 'a..b' }]],
    'checkout-failed': [[{ said: 'error: external filter failed' }]],
    'workspace-failed': [[{ path, said: why }]],
    'workspace-not-ours': [[{ path }]],
    'workspace-left': [[{ path, why }]],
    'branch-in-use': [[{ branch: 'mm/one/20261122-101112', user: dir }]],
    'branch-left': [[{ branch: 'mm/one/20261122-101112', said: why }]],
    'workspace-gone': [[{ path }]],
    'capture-failed': [[{ path, said: why }]],
    'compose-unknown': [[{ paths }]],
    'compose-unsafe': [[{ paths: ['../x'] }]],
    'compose-clash': [[{ path: 'a', other: 'a/b' }]],
    'compose-twins': [[{ path: 'a', other: 'A' }]],
    'compose-differs': [[{ paths: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }]],
  }),
  ...samples(systemMessages, {
    'disk-full': [[{ path }]],
    'too-many-files': [[{ path }]],
    'no-permission': [[{ path, doing: 'read' }]],
    'file-trouble': [[{ path, doing: 'read', why: 'EIO' }]],
    'copy-failed': [[{ from: path, to: dir, why }]],
    'process-not-started': [[{ name: 'git', why: 'EAGAIN' }]],
    'output-too-long': [[{ name: 'git', bytes: 2 ** 30 }]],
    'git-ended': [[{ command: 'diff-tree', by: 'SIGKILL' }], [{ command: 'diff-tree', by: '' }]],
    'git-missing': [[{ path: dir }]],
    'git-too-old': [[{ found: '2.20.1', needed: '2.38' }]],
  }),
  ...samples(engineMessages, {
    refused: [
      [{ problems: [repositoryMessages['no-commit']({ top }), candidateMessages['workspace-exists']({ path })] }],
    ],
    fault: [[{ error: new Error('something') }], [{ error: 'something' }]],
    commandFault: [[{ error: new Error('something') }]],
  }),
  ...samples(recipeFailures, {
    recipe_faulty: [[{ file: 'x.yaml', count: 1 }], [{ file: 'x.yaml', count: 3 }]],
    recipe_unreadable: [
      ...(['missing', 'folder', 'empty', 'binary'] as const).map(
        (kind) => [{ file: 'x.yaml', problem: { kind } }] as const,
      ),
      [{ file: 'x.yaml', problem: { kind: 'too-large', limit: 2 ** 20 } }],
      [{ file: 'x.yaml', problem: { kind: 'unreadable', detail: 'EACCES' } }],
    ],
  }),
  ...samples(reportMessages, {
    reportNotWritten: [[{ file: path, why, session }]],
    reportNotOpened: [[{ file: '/state/report.html', why }]],
    toolNotOpened: [[{ tool: 'meld' }]],
  }),
  ...samples(initMessages, {
    initExists: [[{ shown: '.mm/execute.yaml' }]],
    initFolder: [[{ shown: '.mm/execute.yaml', why }]],
    initParent: [
      [{ name: 'demo', near: undefined, known: ['execute', 'isolated'] }],
      [{ name: 'isolatde', near: 'isolated', known: ['execute', 'isolated'] }],
    ],
    unknownShell: [
      [{ shell: 'tcsh', near: undefined, known: ['bash'] }],
      [{ shell: 'bsah', near: 'bash', known: ['bash'] }],
      [{ shell: '', near: undefined, known: ['bash'] }],
    ],
  }),
  ...samples(doctorMessages, {
    runtimeTooOld: [[{ found: '18.0.0' }]],
    bashMissing: [[]],
    noTimeoutCommand: [[{ looked: ['timeout', 'gtimeout'] }]],
    rootNotWritable: [[{ root: path, blocked: dir }]],
    littleSpace: [[{ where: path, free: '20 MiB' }]],
    besideNotWritable: [[{ folder: dir }]],
    noTerminal: [[]],
    dumbTerminal: [[]],
    narrowTerminal: [[{ columns: 40 }]],
    noGates: [[]],
    leadsBack: [
      [{ places: ['a.cfg names this tree by its absolute path'] }],
      [{ places: ['1', '2', '3', '4', '5', '6'] }],
    ],
    gateCannotRun: [
      [{ gate: 'linter', command: 'npm run lint', what: 'node_modules/.bin/eslint', install: 'npm ci' }],
      [{ gate: 'tests', command: 'sh t', what: 'sh', install: null }],
    ],
    packagesMissing: [[{ what: 'node_modules', install: 'npm ci' }], [{ what: 'node_modules', install: null }]],
    gateBlind: [[{ gate: 'tests', command: 'npm test' }]],
    gateBlock: [[{ mistake: 'AGENTS.md:3: expected `name: command`' }]],
    loginUnknown: [
      [{ cli: 'one', looked: ['$ONE_KEY', '~/.one'], how: 'one login', may: 'It may do it.' }],
      [{ cli: 'one', looked: [], how: null, may: null }],
    ],
    slotMissing: [[{ looked: ['one'], install: ['npm install -g one'] }], [{ looked: ['one', 'two'], install: [] }]],
    noSlotAtAll: [[]],
    flagsUnseen: [[{ cli: 'one' }]],
    noHelp: [[{ cli: 'one', seconds: 60 }]],
    flagUnlisted: [[{ flag: '--yolo', command: 'one exec', places: ['ours.yaml:3'] }]],
    prefixMissing: [[{ command: 'box', users: ['One'] }]],
    prefixFails: [
      [{ command: 'box', users: ['One', 'Two'], said: 'no' }],
      [{ command: 'box', users: ['One'], said: '' }],
    ],
    notifyMissing: [[{ command: 'notify-send' }]],
    uncounted: [[{ silent: ['one'], unpriced: ['two', 'three'] }], [{ silent: ['one'], unpriced: [] }]],
    pricesUnused: [[{ names: ['two'], known: ['one'] }]],
    notifyFails: [[{ command: 'notify-send', said: '' }]],
  }),
];

/** Nothing can be done but to begin again, and everybody knows that. */
const NO_REMEDY = new Set(['interrupted']);
/** What a line of a remedy that is to be typed begins with. */
const TYPED = /^(mm|cd|git|rm|ls|cp|kill|npm|curl|export|ulimit|one|\/\S*) ?/;
/** As lib/view/render-failure.ts tells commands from sentences. */
const IS_COMMAND = /^(?:[A-Z_][A-Z0-9_]*=|[a-z0-9./~$])/;

test('every message says what happened, with its values, and what to do', () => {
  for (const { id, what, remedy, exit } of shown) {
    assert.not.match(what + remedy.join('\n'), /undefined|\[object|NaN|\bnull\b|\$\{(?!prompt)| {3,}\S.* {3,}/, id);
    assert.is(what, what.trim(), id);
    assert.match(what, /^[\p{L}\d`"'./-].{8}/u, id);
    assert.ok([0, 1, 2, 3, 4, 70, 130].includes(exit), id);
    assert.ok(remedy.length > 0 || NO_REMEDY.has(id), `${id} says nothing of what to do`);
  }
});

test('a remedy is sentences and commands: a command stands alone, a sentence ends as one', () => {
  for (const { id, remedy } of shown) {
    for (const line of remedy) {
      assert.is(line, line.trim(), id);
      assert.not.match(line, /\n/, id);
      const isSession = line === session; // a list of them may stand below a sentence
      if (IS_COMMAND.test(line))
        assert.ok(isSession || TYPED.test(line), `${id}: no command, but would look like one: ${line}`);
      else assert.match(line, /^[\p{Lu}`].*([.:?)]|https:\/\/\S+)$/u, `${id}: ${line}`);
    }
    // a sentence that announces a command is followed by one
    for (const [i, line] of remedy.entries()) {
      if (line.endsWith(':')) assert.ok(IS_COMMAND.test(remedy[i + 1] ?? ''), `${id}: nothing follows: ${line}`);
    }
  }
});

test('every message can be drawn, narrow and wide, and its commands are never broken', () => {
  for (const failure of shown) {
    for (const columns of [24, 80, null]) {
      const drawn = renderFailure(failure, columns, plainPaint);
      for (const line of failure.remedy.filter((each) => IS_COMMAND.test(each)))
        assert.ok(drawn.includes(`    ${line}\n`), failure.id);
    }
  }
});

test('no name is used by two catalogues', () => {
  const names = [
    cliMessages,
    messages,
    repositoryMessages,
    candidateMessages,
    hostMessages,
    originMessages,
    systemMessages,
    engineMessages,
    recipeFailures,
    reportMessages,
    initMessages,
    doctorMessages,
  ].flatMap((catalogue) => Object.keys(catalogue));
  assert.is(new Set(names).size, names.length);
});

test('failures are made by the catalogue only, and every catalogue is shown here', () => {
  const sources = readdirSync(join(PROJECT, 'lib'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const text = (file: string) => readFileSync(join(PROJECT, 'lib', file), 'utf8');
  const forged = sources.filter(
    (file) => !file.startsWith('core/messages/') && /\bexit: (1|2|3|4|70|130),?\s*\n?\s*what:/.test(text(file)),
  );
  assert.equal(forged, []);
  const here = readFileSync(new URL(import.meta.url), 'utf8');
  for (const file of sources.filter((each) => /= catalogue\(\{/.test(text(each)))) {
    assert.ok(here.includes(`/${file.split('/').at(-1)}'`), `${file} is not shown`);
  }
});

test.run();
