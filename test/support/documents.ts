// Reads our documents: their fenced blocks and links. Pure.

export interface Block {
  /** What stands behind the opening fence, such as `sh` or `ts file=lib/x.ts`. */
  readonly info: string;
  readonly text: string;
  /** Counted from 1: the line of the opening fence. */
  readonly line: number;
}

/** All fenced blocks, in order; a longer fence may hold shorter ones. */
export function blocksOf(document: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; info: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of document.split('\n').entries()) {
    const [, fence, info] = /^\s*(`{3,})(.*)$/.exec(line) ?? [];
    if (open === null) {
      if (fence !== undefined) open = { fence, info: info!.trim(), line: index + 1, lines: [] };
    } else if (line.trim() === open.fence) {
      blocks.push({ info: open.info, text: open.lines.join('\n'), line: open.line });
      open = null;
    } else open.lines.push(line);
  }
  return blocks;
}

/** Targets of links to files and headings. */
export const linksOf = (document: string): readonly string[] =>
  [...document.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^https?:/.test(target));

/** The anchors of a document's headings, as GitHub makes them. */
export const anchorsOf = (document: string): readonly string[] =>
  [...document.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

/** The words of a simple command line; what a shell would do with them (pipes, redirections) is cut off. */
export function wordsOf(line: string): readonly string[] {
  const command = line.replace(/\s+([<>|]|>>|&&).*$/, '').replace(/\s+#.*$/, '');
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare!,
  );
}
