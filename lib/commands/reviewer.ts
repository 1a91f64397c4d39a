// The review at the terminal, joined to the user's pager and to what the steps provide.
import type { Prompter } from '../core/question.ts';
import type { Reviewer } from '../steps/reviewer.ts';
import { page } from '../system/pager.ts';
import type { View } from '../view/index.ts';
import { review } from '../view/review.ts';

export function createReviewer(view: View, prompter: Prompter): Reviewer {
  return ({ plan, candidates, version, regate }) =>
    review(plan, candidates, {
      prompter,
      version,
      regate,
      show: (markdown) => view.explain(markdown),
      openPager: async (text) => {
        view.pause();
        try {
          await page(text);
        } finally {
          view.resume();
        }
      },
      openReport: async () =>
        view.say('The report is written when the run ends; until then the diffs are in the session folder.'),
      columns: () => process.stderr.columns || 80,
    });
}
