// The review at the terminal, joined to the user's programs (pager, difftool, editor, browser) and to the steps.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { reportMessages } from '../core/messages/report-messages.ts';
import type { Prompter } from '../core/question.ts';
import type { Reviewer } from '../core/review-request.ts';
import { type CompareTool, compareTools, showDiff, userEditor } from '../system/compare-tools.ts';
import { opener, openFile } from '../system/open-file.ts';
import { inTemporaryFolder } from '../system/temporary-folder.ts';
import type { View } from '../view/index.ts';
import type { ReviewPort, Version } from '../view/review-port.ts';
import { review } from '../view/terminal-review.ts';
import { harmless } from '../view/text.ts';
import { writeReport } from './write-report.ts';

/** @param sessionDir where the session that is reviewed lies; asked when the report is */
export function createReviewer(view: View, prompter: Prompter, sessionDir: () => string | null): Reviewer {
  const complain = (failure: Failure): void => view.failure(failure);
  const diff: ReviewPort['tools'][number] = {
    label: 'Show how the versions differ',
    // a pager may do what a model wrote into a file, where an editor only shows it
    open: (path, versions) => {
      const shown = versions.map((each) => ({ ...each, text: each.text && harmless(each.text) }));
      return view.lend(() => compareVersions(path, shown, (files) => showDiff(files, view.paint.coloured)));
    },
  };
  const toolOf = ({ title, open }: CompareTool): ReviewPort['tools'][number] => ({
    label: `Open them in ${title}`,
    open: async (path, versions) => {
      const code = await view.lend(() => compareVersions(path, versions, open));
      if (code !== null && code >= 126 && code <= 128) complain(reportMessages.toolNotOpened({ tool: title }));
    },
  });

  return async ({ plan, candidates, ...request }) =>
    review(plan, candidates, {
      ...request,
      prompter,
      size: () => ({ columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 }),
      complain,
      show: (markdown) => view.explain(markdown),
      tools: [diff, ...(await compareTools(process.env)).map(toolOf)],
      write: await writerFor(view),
      openReport: () => openReport(view, sessionDir()),
    });
}

/**
 * Has the versions opened as files of their own, and waits until that is over; nothing of them is left behind. They are
 * copies: what is edited in them is lost, so they can't be written to.
 */
function compareVersions<T>(
  path: string,
  versions: readonly Version[],
  open: (files: readonly string[]) => Promise<T>,
): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    const files: string[] = [];
    for (const [index, { title, text, binary }] of versions.entries()) {
      const place = join(folder, `${index}-${plain(title)}`);
      const file = join(place, plain(basename(path)));
      await mkdir(place);
      await writeFile(file, text ?? (binary ? '(not text)\n' : ''), { mode: 0o400 });
      files.push(file);
    }
    return open(files);
  });
}

/** The user's editor, on a file of its own that is gone afterwards. Lines that begin with `#` say what it is for. */
async function writerFor(view: View): Promise<NonNullable<ReviewPort['write']> | null> {
  const editor = await userEditor(process.env);
  if (editor === null) return null;
  return {
    title: editor.title,
    open: (to) =>
      inTemporaryFolder(async (folder) => {
        const file = join(folder, 'note.md');
        await writeFile(file, `\n# What should ${plain(to)} change? Lines that begin with # are left out.\n`, {
          mode: 0o600,
        });
        const code = await view.lend(() => editor.open([file]));
        const lines = code === 0 ? (await readFile(file, 'utf8')).split('\n') : [];
        return lines
          .filter((line) => !line.startsWith('#'))
          .join('\n')
          .trim();
      }),
  };
}

/** A name without anything that a program could take for something else; its ending stays, for the colours. */
const plain = (name: string): string => name.replace(/[^\p{L}\p{N}._+-]+/gu, '-').slice(-100);

/** The report as the session stands now; at its end it is written anew. */
async function openReport(view: View, dir: string | null): Promise<void> {
  if (dir === null) throw new Error('a review outside of a session');
  const written = await writeReport(dir);
  if (!written.ok) return view.failure(written.failure);
  const { file } = written.value;
  const why = opener(process.env) === null ? 'there is no desktop here to open it' : await openFile(file, process.env);
  view.say(`${why === null ? 'Opened in your browser' : `To be opened in a browser (${why})`}:\n${file}`);
}
