// What can go wrong with a report.
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
});
