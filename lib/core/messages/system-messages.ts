// What the outside world may refuse: files, disks, processes and git itself.
import { catalogue } from './catalogue.ts';

export const systemMessages = catalogue({
  'disk-full': ({ path }: { path: string }) => ({
    exit: 1,
    what: `No space is left on the disk that holds ${path}.`,
    remedy: ['Free some space there, then go on with:', 'mm resume'],
  }),
  'too-many-files': ({ path }: { path: string }) => ({
    exit: 1,
    what: `${path} could not be opened: too many files are open on this machine or in this shell.`,
    remedy: ['Raise the limit, then go on with mm resume:', 'ulimit -n 4096'],
  }),
  'no-permission': ({ path, doing }: { path: string; doing: string }) => ({
    what: `${path} could not be ${doing}: permission denied, or the file system is read-only.`,
    remedy: ['See who owns it:', `ls -ld ${JSON.stringify(path)}`],
  }),
  'file-trouble': ({ path, doing, why }: { path: string; doing: string; why: string }) => ({
    exit: 1,
    what: `${path} could not be ${doing}: ${why}.`,
    remedy: ['See that the disk and the folder are well, then go on with:', 'mm resume'],
  }),
  'copy-failed': ({ from, to, why }: { from: string; to: string; why: string }) => ({
    exit: 1,
    what: `${from} could not be copied to ${to}: ${why}`,
    remedy: 'Make it readable, or take it out of `prepare:` in the recipe.',
  }),
  'process-not-started': ({ name, why }: { name: string; why: string }) => ({
    exit: 1,
    what: `${name} could not be started: ${why}.`,
    remedy: 'The machine may be out of processes, memory or open files; end something else and try again.',
  }),
  'output-too-long': ({ name, bytes }: { name: string; bytes: number }) => ({
    exit: 1,
    what: `${name} printed more than ${bytes} bytes, which is more than can be held in memory.`,
    remedy: 'Run it by hand to see what it prints; its folder may hold far more files than it should.',
  }),
  'git-ended': ({ command, by }: { command: string; by: string }) => ({
    exit: 1,
    what:
      `git ${command} was ended from outside${by === '' ? '' : `, by ${by}`}: ` +
      'by somebody, or since the machine ran out of memory.',
    remedy: ['See what the machine is short of, then go on with:', 'mm resume'],
  }),
  'git-missing': ({ path }: { path: string }) => ({
    what: `git was not found on the PATH outside this repository (${path}).`,
    remedy: ['Install git 2.38 or newer: https://git-scm.com/downloads'],
  }),
  'git-too-old': ({ found, needed }: { found: string; needed: string }) => ({
    what: `git ${found} is too old: ${needed} or newer is needed.`,
    remedy: ['Install a newer git: https://git-scm.com/downloads'],
  }),
});
