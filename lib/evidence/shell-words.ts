// The words of a shell line that is one plain command. Pure; whatever a shell would do more with makes it none.

/** Null: there is more in it than words and quotes, such as `&&`, `$X` or a redirection. */
export function shellWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (const [token, single, double, plain] of line
    .trim()
    .matchAll(/'([^']*)'|"([^"$`\\]*)"|([^\s'"$`\\;&|<>()#!{}~]+)|\s+|./gs)) {
    const part: string | undefined = single ?? double ?? plain;
    if (part !== undefined) word = (word ?? '') + part;
    else if (token.trim() !== '' || token.includes('\n')) return null;
    else {
      if (word !== null) words.push(word);
      word = null;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
