// The shell lines that a repository's build server runs, whatever its file is: every text below `run:`, `script:`,
// `bash:`, `command:`. Left out is what deploys, needs secrets, works in another folder, or is filled in there.
import { parsed } from './read-commands.ts';

const LINES = ['run', 'script', 'bash', 'command', 'commands', 'test'];
const ELSEWHERE = ['working-directory', 'workingDirectory', 'working_directory', 'environment'];
const NOT_HERE = /deploy|release|publish|nightly|benchmark|docs?\b|documentation|website|fuzz|stale|windows|macos/i;

/** @param text a workflow, pipeline or job file */
export function ciLines(text: string): readonly string[] {
  const document = parsed(text);
  if (NOT_HERE.test(String(document.name ?? ''))) return [];
  const { on } = document;
  const events = typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys((on ?? {}) as object);
  if (events.length > 0 && !events.some((event) => /^(push|pull_request|merge_group)$/.test(event))) return [];
  const lines: string[] = [];
  walk(document, lines);
  return lines
    .flatMap((line) => line.replace(/\\\r?\n\s*/g, ' ').split(/\r?\n/))
    .filter((line) => !/\$\{\{|<<|\$\[/.test(line));
}

function walk(value: unknown, lines: string[]): void {
  if (Array.isArray(value)) for (const each of value) walk(each, lines);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const entries = Object.entries(value);
  const own = value as Readonly<Record<string, unknown>>;
  if (NOT_HERE.test(String(own.name ?? '')) || /secrets\./.test(JSON.stringify(own.env ?? ''))) return;
  if (ELSEWHERE.some((key) => typeof own[key] === 'string' && own[key] !== '.')) return;
  if (/windows|macos|tags?\b|failure\(\)|always\(\)|schedule/i.test(String(own.if ?? '').replace(/!=\s*'[^']*'/g, '')))
    return;
  const folder = (own.defaults as { readonly run?: Readonly<Record<string, unknown>> } | undefined)?.run;
  if (folder && ELSEWHERE.some((key) => folder[key] !== undefined)) return;
  for (const [key, inner] of entries) {
    const texts = (Array.isArray(inner) ? inner : [inner]).filter((each): each is string => typeof each === 'string');
    if (LINES.includes(key) && !/^\s*cd\s/m.test(texts.join('\n'))) lines.push(...texts);
    else if (!NOT_HERE.test(key)) walk(inner, lines);
    if (LINES.includes(key) && texts.length === 0) walk(inner, lines);
  }
}
