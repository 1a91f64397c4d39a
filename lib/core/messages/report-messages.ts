// What can go wrong with a report, and with what the user looks at versions in.
import { catalogue } from './catalogue.ts';

export const reportMessages = catalogue({
  reportNotWritten: ({ file, why, session }: { file: string; why: string; session: string }) => ({
    what: `The report ${file} could not be written: ${why}`,
    remedy: ['To write it later:', `mm report ${session}`],
    exit: 1,
  }),
  reportNotOpened: ({ file, why }: { file: string; why: string }) => ({
    what: `The report was written, but not opened: ${why}`,
    remedy: ['Open it in a browser:', file],
    exit: 1,
  }),
  toolNotOpened: ({ tool }: { tool: string }) => ({
    what: `${tool} could not be started.`,
    remedy: [
      'It is what MM_DIFFTOOL, diff.tool of your git settings, VISUAL or EDITOR name. To use another one next time:',
      'export MM_DIFFTOOL=vimdiff',
    ],
    exit: 1,
  }),
});
