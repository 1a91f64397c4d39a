// The libraries that the page has in one scope with its own scripts. Types only.

/** What highlight.js found: text, or a stretch of some kind. */
export type HighlightNode = string | { readonly scope?: string; readonly children: readonly HighlightNode[] };

declare global {
  const Diff: {
    diffWordsWithSpace(
      before: string,
      after: string,
    ): readonly { readonly value: string; readonly added: boolean; readonly removed: boolean }[];
    diffArrays(
      before: string[],
      after: string[],
      options: { readonly timeout?: number; readonly maxEditLength?: number },
    ): readonly { readonly count: number; readonly added: boolean; readonly removed: boolean }[] | undefined;
  };
  const hljs: {
    getLanguage(name: string): object | undefined;
    highlight(
      text: string,
      options: { readonly language: string; readonly ignoreIllegals: boolean },
    ): { readonly _emitter: { readonly root: Exclude<HighlightNode, string> } };
  };
}
