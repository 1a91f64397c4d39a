// Makes texts harmless that go into a commit or to a forge: nobody's words become a trailer, mention anybody, or are
// more than a forge takes. Pure.
import { harmlessText } from '../core/delivery.ts';

/** A line that git, or a forge, could take for a trailer that says who did what. */
const SAYS_WHO = /^(?=[ \t]*[\w-]+-by[ \t]*:)/gim;

/**
 * A message as it is committed.
 * @param trailers those of ours, which stand at its end where the recipe wants them
 */
export function commitText(text: string, trailers: string): string {
  const whole = harmlessText(text)
    .trim()
    .replace(/\n{3,}/g, '\n\n');
  const own = trailers !== '' && whole.endsWith(trailers) ? trailers : '';
  const body = whole.slice(0, whole.length - own.length).replace(SAYS_WHO, '> ');
  return `${body}${own}\n`;
}

/** GitHub takes 65,536 characters. */
const LONGEST = 60_000;

/** A text as it is shown on a forge: `@somebody` tells nobody. */
export function forgeText(text: string): string {
  const lines = harmlessText(text)
    .trim()
    .replace(/\n{3,}/g, '\n\n');
  const whole = beside(lines, (part) => part.replace(/(?<![\w.+-])@(?=[\w-])/g, `@${NOTHING}`));
  return whole.length <= LONGEST ? `${whole}\n` : `${whole.slice(0, LONGEST)}\n\n… (cut here)\n`;
}

/** What others than the user wrote into it: `closes #1` closes nothing. */
export const othersText = (text: string): string =>
  beside(text, (part) => part.replace(/#(?=\d)|(?<=\/)(?=(?:issues|pull)\/\d)/g, (found) => `${found}${NOTHING}`));

/** Takes no room, and parts what belongs together. */
const NOTHING = '\u200b';

/** Changes what does not stand between backticks. */
const beside = (text: string, change: (part: string) => string): string =>
  text
    .split(/(`+[^`]*`+)/)
    .map((part, at) => (at % 2 === 0 ? change(part) : part))
    .join('');
