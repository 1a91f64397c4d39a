// Who wrote a change and with what, as its own words tell: the trailers of its commits, and the line that agents leave
// below a pull request. For people: judges never see it.

const TRAILER = /^[ \t]*(?:co-authored-by|generated-by|assisted-by)[ \t]*:[ \t]*(\S.*)$/i;
const SIGNATURE = /^[^\p{L}\p{N}\n]*generated (?:with|by)\b[ \t:]*(\S.*)$/iu;
const SIGNED_OFF = /^[ \t]*signed-off-by[ \t]*:/i;

/** More would be no line that anybody reads. */
const MOST = 10;
const LONGEST = 200;

/** Whom and what texts credit beside their author, each once. */
export function creditsIn(text: string): readonly string[] {
  const found = text.split(/\r?\n/).flatMap((line) => {
    const [, name] = TRAILER.exec(line) ?? SIGNATURE.exec(line) ?? [];
    return name === undefined ? [] : [withoutLinks(name).trim().slice(0, LONGEST)];
  });
  return [...new Set(found)].slice(0, MOST);
}

/** A text without the lines that say who or what wrote it. */
export const withoutCredits = (text: string): string =>
  text
    .split(/\r?\n/)
    .filter((line) => ![TRAILER, SIGNATURE, SIGNED_OFF].some((pattern) => pattern.test(line)))
    .join('\n')
    .trim();

/** Such as `by Ada <ada@example.org>, with Zorg 9`; '' where nothing is known. */
export function byLine(author: string | null, credits: readonly string[] = []): string {
  const others = credits.filter((name) => name !== author);
  return [author === null ? '' : `by ${author}`, others.length === 0 ? '' : `with ${others.join(', ')}`]
    .filter(Boolean)
    .join(', ');
}

/** Of Markdown's links, what they are called. */
const withoutLinks = (text: string): string => text.replace(/\[([^\][]*)\]\([^()]*\)/g, '$1');
