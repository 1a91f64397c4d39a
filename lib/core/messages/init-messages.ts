// What can keep `mm init` from writing, and `mm completion` from knowing what to write.
import { catalogue } from './catalogue.ts';

export const initMessages = catalogue({
  initExists: ({ shown }: { shown: string }) => ({
    what: `${shown} exists already, and is never overwritten.`,
    remedy: ['To see what it comes to here:', `mm check ${shown}`, 'To have it written anew, move it away first.'],
  }),
  initFolder: ({ shown, why }: { shown: string; why: string }) => ({
    what: `${shown} can't be written: ${why}`,
    remedy: 'Make a folder of that name, or move away what is there.',
  }),
  initParent: ({ name, near, known }: { name: string; near: string | undefined; known: readonly string[] }) => ({
    what:
      'mm init makes a recipe from one that comes with the program, ' +
      `and "${name}" is none that works on a repository.`,
    remedy: near ? ['Did you mean this?', `mm init ${near}`] : `Name one of: ${known.join(', ')}.`,
  }),
  unknownShell: ({ shell, near, known }: { shell: string; near: string | undefined; known: readonly string[] }) => ({
    what: shell === '' ? 'mm completion needs the name of a shell.' : `There is no completion for "${shell}".`,
    remedy: near
      ? ['Did you mean this?', `mm completion ${near}`]
      : ['For one of these:', ...known.map((each) => `mm completion ${each}`)],
  }),
});
