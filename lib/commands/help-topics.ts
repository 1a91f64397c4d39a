// `mm help <topic>`: a section of the documentation that comes with the program, as it stands there. Also any heading of
// it, such as a step's name. Nothing is imported before it is needed: see mm.ts on Deno.

interface Section {
  readonly file: 'README.md' | 'recipes/README.md';
  readonly heading: string;
}

/** Topics by name. None is called like a command or a recipe that comes with the program. */
export const TOPICS: Readonly<Record<string, Section>> = {
  questions: { file: 'README.md', heading: 'Questions' },
  language: { file: 'recipes/README.md', heading: 'The language in ten minutes' },
  cookbook: { file: 'recipes/README.md', heading: 'Cookbook' },
  steps: { file: 'recipes/README.md', heading: 'Executors' },
  judging: { file: 'README.md', heading: 'How candidates are judged' },
  planning: { file: 'README.md', heading: 'How the plan is made' },
  json: { file: 'README.md', heading: 'session.json' },
  'session-folder': { file: 'README.md', heading: 'Session folder' },
  environment: { file: 'README.md', heading: 'Environment variables' },
  glossary: { file: 'README.md', heading: 'Glossary' },
};

/** The lines of a topic's section, or of the section with this heading; null: there is none. */
export async function topicText(word: string): Promise<readonly string[] | null> {
  const { readFileSync } = await import('node:fs');
  const topic = Object.hasOwn(TOPICS, word) ? TOPICS[word]! : null;
  const places = topic ? [topic] : FILES.map((file) => ({ file, heading: word }));
  for (const { file, heading } of places) {
    const found = sectionOf(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), heading);
    if (found !== null) return found;
  }
  return null;
}

const FILES: readonly Section['file'][] = ['recipes/README.md', 'README.md'];

/** From this heading to the next one of its rank or above, without the comments that only our own tools read. */
function sectionOf(text: string, heading: string): readonly string[] | null {
  const lines = text.split('\n');
  let fenced = false;
  const ranks = lines.map((line) => {
    if (/^\s*```/.test(line)) fenced = !fenced;
    return fenced ? 0 : (/^#+(?= )/.exec(line)?.[0].length ?? 0);
  });
  const start = lines.findIndex((line, i) => ranks[i]! > 0 && line.replace(/^#+ /, '') === heading);
  if (start < 0) return null;
  const end = ranks.findIndex((rank, i) => i > start && rank > 0 && rank <= ranks[start]!);
  const section = lines.slice(start, end < 0 ? undefined : end).filter((line) => !/^<!--.*-->$/.test(line));
  return section.join('\n').trimEnd().split('\n');
}
