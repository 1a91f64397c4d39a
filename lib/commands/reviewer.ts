// The review at the terminal, joined to the user's programs (pager, difftool, editor, browser) and to what the steps
// provide.
import type { Failure } from '../core/failure.ts';
import type { Prompter } from '../core/question.ts';
import type { Reviewer } from '../steps/reviewer.ts';
import { compareTools } from '../system/compare-tools.ts';
import { opener, openFile } from '../system/open-file.ts';
import { page, pagerShowsColours } from '../system/pager.ts';
import type { View } from '../view/index.ts';
import { plainPaint } from '../view/paint.ts';
import { review } from '../view/review.ts';
import { compareVersions } from './compare-versions.ts';
import { writeReport } from './write-report.ts';

/** @param sessionDir where the session that is reviewed lies; asked when the report is */
export function createReviewer(view: View, prompter: Prompter, sessionDir: () => string | null): Reviewer {
  const lend = async <T>(work: () => Promise<T>): Promise<T> => {
    view.pause();
    try {
      return await work();
    } finally {
      view.resume();
    }
  };
  const complain = (failure: Failure): void => view.failure(failure);

  return async ({ plan, candidates, together, version, regate }) => {
    const tools = await compareTools(process.env);
    return review(plan, candidates, {
      prompter,
      together,
      version,
      regate,
      complain,
      show: (markdown) => view.explain(markdown),
      openPager: (text) => lend(() => page(text)),
      tools: tools.map((tool) => ({
        title: tool.title,
        open: async (path, versions) => {
          const opened = await lend(() => compareVersions(tool, path, versions));
          if (!opened.ok) complain(opened.failure);
        },
      })),
      openReport: () => openReport(view, sessionDir()),
      columns: () => process.stderr.columns || 80,
      paint: pagerShowsColours() ? view.paint : plainPaint,
    });
  };
}

/** The report as the session stands now; at its end it is written anew. */
async function openReport(view: View, dir: string | null): Promise<void> {
  if (dir === null) throw new Error('a review outside of a session');
  const written = await writeReport(dir);
  if (!written.ok) return view.failure(written.failure);
  const { file } = written.value;
  const why = opener(process.env) === null ? 'there is no desktop here to open it' : await openFile(file, process.env);
  view.say(`${why === null ? 'Opened in your browser' : `To be opened in a browser (${why})`}:\n${file}`);
}
