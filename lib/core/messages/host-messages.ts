// What can be said about hosts: machines beside this one on which lanes work.
import type { Failure } from '../failure.ts';
import { catalogue } from './catalogue.ts';

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** Mistakes of a recipe. */
export const hostMistakes = {
  unknownHost: (name: string, known: readonly string[], near: string | null) => ({
    message: `there is no host \`${name}\``,
    hint:
      near !== null
        ? `did you mean \`${near}\`?`
        : known.length > 0
          ? `there are: ${list(known)}`
          : 'describe it under `hosts:`, such as `hosts: { box: { via: [ssh, box] } }`',
  }),
  namedTwice: (name: string) => ({
    message: `\`${name}\` stands in the list already: the second time has no effect`,
    hint: 'to go on in another one like it, give that an entry of its own: `next: *node` of `node: &node { … }`',
  }),
  mainElsewhere: (slot: string) => ({
    message: `the slot \`${slot}\` says \`workspace: main\`: that is your own tree, which no host ever sees`,
    hint: 'leave `host` out, or say `workspace: worktree`',
  }),
  hereTaken: () => ({
    message: 'a host may not be called `here`: that is this machine',
    hint: 'give it another name',
  }),
  neverDown: () => ({
    message: 'the host is brought up and never taken down',
    hint: 'say with `down` what takes it away again; `${host.id}` is what `up` printed',
  }),
  neverUp: () => ({
    message: 'the host is taken down and never brought up',
    hint: 'say with `up` what makes it, or take `down` away',
  }),
};

/** @param why in its own words, or its prefix's */
const said = (why: string): string => why.replace(/\s+/g, ' ').trim().slice(0, 500);

export const hostMessages = catalogue({
  hostsUnusable: ({ slot, tried }: { slot: string; tried: readonly { host: string; why: string }[] }) => ({
    what: `No host can be used for ${slot}: ${tried.map(({ host, why }) => `${host} (${said(why)})`).join('; ')}`,
    remedy: ['To try each host of the recipe:', 'mm check <recipe>'],
  }),
  gateNowhere: ({ gate, tried }: { gate: string; tried: ReadonlyMap<string, string> }) => ({
    what: `${gate} could not be run: ${[...tried].map(([host, why]) => `${host} (${said(why)})`).join('; ')}`,
    remedy: ['To try each host of the recipe:', 'mm check <recipe>'],
  }),
  laneFailed: ({ host, what, why }: { host: string; what: string; why: string }) => ({
    what: `${host}: ${what} failed: ${said(why)}`,
    remedy: ['Look whether it can be reached and has room. This goes on where the run ended:', 'mm resume'],
  }),
  commandLost: ({ command, why }: { command: string; why: string }) => ({
    what: `\`${command}\` was lost with the host that it ran on (${said(why)}).`,
    remedy: ['When it can be reached again, this goes on where the run ended:', 'mm resume'],
  }),
  laneLeft: ({ host, lane, why }: { host: string; lane: string; why: string }) => ({
    what: `The lane ${lane} could not be removed from ${host}: ${said(why)}`,
    remedy: ['What runs there ends by itself. When it can be reached again, this removes the lane:', 'mm recover'],
  }),
  hostSilent: ({ host, why, command }: { host: string; why: string; command: string }) => ({
    what: `${host} can't be used: ${said(why)}`,
    remedy: [`This must print a version: \`${command}\`. It may ask nothing, neither for a password nor for a key.`],
  }),
  noHosts: ({ recipe }: { recipe: string }) => ({
    what: `The recipe ${recipe} has no hosts.`,
    remedy: ['Name one that has some:', 'mm clean --hosts <recipe>'],
  }),
  recipeForHosts: ({ recipe }: { recipe: string }) => ({
    what: `mm clean does not know what to do with ${JSON.stringify(recipe)}.`,
    remedy: ['If that is a recipe, what lies on its hosts is removed by:', 'mm clean --hosts <recipe>'],
  }),
  hostLacks: ({ host, clis, install }: { host: string; clis: readonly string[]; install: readonly string[] }) => ({
    what: `${host} answers, but a login shell there finds none of ${clis.join(', ')}.`,
    remedy: install.length > 0 ? ['Install one there:', ...install] : 'Install one there.',
  }),
  hostLacksTools: ({ host, missing }: { host: string; missing: readonly (readonly [string, string])[] }) => ({
    what:
      `${host} answers, but a login shell there does not find ` +
      `${missing.map(([program, gate]) => `${program}, which ${gate} starts`).join('; nor ')}.`,
    remedy: 'Install it there, or give the gate another `host`.',
  }),
  hostFull: ({ host, free }: { host: string; free: string }) => ({
    what: `Only ${free} is free on ${host}.`,
    remedy: 'Free some space there, or name another folder with `root` of the host.',
  }),
  hostUpFailed: ({ host, command, why }: { host: string; command: string; why: string }) => ({
    what: `${host} could not be brought up by \`${command}\`: ${said(why)}`,
    remedy: ['Try the command by hand.'],
  }),
  hostLeft: ({ host, command, why }: { host: string; command: string; why: string }) => ({
    what: `${host} could not be taken down: ${said(why)}`,
    remedy: [`Take it down by hand: \`${command}\`.`],
  }),
});

/** What is said of a host that is lost. */
export const hostNotes = {
  waitedFor: (host: string, why: string) => `${host} is not there yet (${said(why)}); it is waited for.`,
  madeAnew: (host: string, why: string) => `${host} is gone (${said(why)}). It is made anew.`,
  moved: (slot: string, from: string, why: string, to: string) =>
    `${slot}: ${from} is lost (${said(why)}). Its lane is made anew on ${to}.`,
  gone: (slot: string, host: string, why: string) =>
    `${slot}: ${host} is lost (${said(why)}). What it made is here, and is tested here.`,
};

/** Whether a host is to blame, and another one might do. */
export const isHostsFault = ({ id }: Failure): boolean => id === 'commandLost' || id === 'laneFailed';

/** Whether something of ours had to stay on a host that can't be reached: nothing of the user's waits for it. */
export const isLeftElsewhere = ({ id }: Failure): boolean => id === 'laneLeft';
