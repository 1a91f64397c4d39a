// A shell line in its pieces: the simple commands that `&&`, `;` and line ends separate, and their words. Knows quotes,
// no more: what is piped, looped, grouped or run beside is one piece that is not `simple`, and stays whole.

export interface Piece {
  readonly text: string;
  /** Its words without quotes; of a piece that is not simple, what a glance shows. */
  readonly words: readonly string[];
  readonly simple: boolean;
}

const NOT_SIMPLE = /^(if|for|while|until|case|function|\{|!)(\s|$)|^\[\[/;

/** The pieces of a line, in their order. */
export function piecesOf(line: string): readonly Piece[] {
  const joined = line.replace(/\\\r?\n\s*/g, ' ').trim();
  const parts = separate(joined);
  if (parts === null) return joined === '' ? [] : [{ text: joined, words: wordsOf(joined), simple: false }];
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('#'))
    .map((text) => ({ text, words: wordsOf(text), simple: true }));
}

/** The parts between `&&`, `;` and line ends; null where the line does more than run one command after the other. */
function separate(line: string): readonly string[] | null {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    const next = line[i + 1] ?? '';
    if (quote !== '') {
      if (char === '\\' && quote === '"') part += line[i++];
      else if (char === quote) quote = '';
      part += line[i] ?? '';
    } else if (char === '"' || char === "'") {
      quote = char;
      part += char;
    } else if (char === '\\') {
      part += char + next;
      i++;
    } else if (char === '\n' || char === ';' || (char === '&' && next === '&')) {
      parts.push(part);
      part = '';
      if (char === '&') i++;
    } else if (char === '>' || (char === '2' && next === '>')) {
      const [redirect] = /^2?>{1,2}\s*(&\d|\/dev\/null)/.exec(line.slice(i)) ?? [];
      if (redirect === undefined && char === '>') return null;
      part += redirect ?? char;
      i += (redirect?.length ?? 1) - 1;
    } else if ('|&()`<'.includes(char)) return null;
    else part += char;
  }
  parts.push(part);
  return quote !== '' || parts.some((each) => NOT_SIMPLE.test(each.trim())) ? null : parts;
}

/** Words as a shell would split them, without their quotes. */
export function wordsOf(text: string): readonly string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
      double !== undefined ? String(double).replace(/\\(["\\$`])/g, '$1') : (single ?? escaped),
    ),
  );
}
