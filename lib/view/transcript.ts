// What a document of a CLI's output says to people: its texts, the commands that it ran and what these printed. Which
// keys hold them is the same with all CLIs, by and large; a document without any says nothing. Untrusted text: whoever
// prints it makes it harmless.
import { stripVTControlCharacters } from 'node:util';

/** Keys of texts that are meant for people, or that say what was done. */
const WORDS = [
  'text message content thinking reasoning summary result response output stdout stderr error errors',
  'aggregated_output command cmd description diff patch query pattern file_path path answer finalText',
]
  .join(' ')
  .split(' ');
const DEEPEST = 12;
const LONGEST = 4000;
const MOST_LINES = 40;
/** A line that only opens or closes: of no interest to a reader. */
const SILENT = /^(system|init|session|session\.created|thread\.started|turn\.started)$/;

/** What it was asked, said again. */
const isPrompt = ({ type, role }: Fields): boolean => type === 'message' && role === 'user';

/** The lines that the document has for a reader; none: it has nothing for people. */
export function transcriptOf(document: unknown): readonly string[] {
  if (isObject(document) && (SILENT.test(String(document.type ?? '')) || isPrompt(document))) return [];
  const said: string[] = [];
  collect(document, false, 0, said);
  return said.flatMap((text) => shortened(text).split('\n')).map((line) => line.trimEnd());
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function collect(value: unknown, wanted: boolean, depth: number, said: string[]): void {
  if (typeof value === 'string') {
    if (wanted && value.trim() !== '' && said.at(-1) !== value) said.push(value);
  } else if (depth > DEEPEST || typeof value !== 'object' || value === null) return;
  else if (Array.isArray(value)) for (const each of value) collect(each, wanted, depth + 1, said);
  else {
    const tool = (value as Fields).name ?? (value as Fields).tool ?? (value as Fields).tool_name;
    if (typeof tool === 'string' && /tool|function|call/.test(String((value as Fields).type ?? '')))
      said.push(`→ ${tool}`);
    for (const [key, each] of Object.entries(value))
      collect(each, typeof each === 'object' ? wanted && WORDS.includes(key) : WORDS.includes(key), depth + 1, said);
  }
}

/** What is read and printed by tools may be whole files: of a long text the beginning tells enough. */
function shortened(text: string): string {
  const lines = stripVTControlCharacters(text.slice(0, LONGEST)).trim().split('\n');
  const kept = lines.slice(0, MOST_LINES).join('\n');
  const more = text.trim().split('\n').length - Math.min(lines.length, MOST_LINES);
  return more > 0 || text.length > LONGEST ? `${kept}\n[… ${more > 0 ? `${more} more lines` : 'cut here'} …]` : kept;
}
