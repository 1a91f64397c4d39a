// Reads the gates that a project names itself, in fenced `mm-gates` blocks of its documents: `name: command`, a line
// each. Pure; what it cannot read it says, with file and line. Commands are shell lines, taken as they stand.
import type { GateSpec } from '../core/recipe.ts';

export interface NamedGates {
  readonly gates: Readonly<Record<string, GateSpec>>;
  /** Gate → the file that names it. */
  readonly from: Readonly<Record<string, string>>;
  /** Lines that say nothing usable. */
  readonly mistakes: readonly string[];
}

/** A gate's name is also a file's name in the session folder. */
/** A gate must end some time, also where the document that names it says nothing of it. */
const DEFAULT_LIMIT_MS = 600_000;
const LINE = /^([a-z][a-z0-9_-]{0,39})\s*:\s+(\S.*)$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*(\S*)/;

/**
 * The gates named in the `mm-gates` blocks of some documents; the first that names a gate wins it.
 * @param documents pairs of file name and text, in order of precedence
 */
export function readGateBlocks(documents: readonly (readonly [file: string, text: string])[]): NamedGates {
  const gates: Record<string, GateSpec> = {};
  const from: Record<string, string> = {};
  const mistakes: string[] = [];
  for (const [file, text] of documents) {
    for (const { line, number } of blockLines(text)) {
      const [, id, run] = LINE.exec(line) ?? [];
      if (id === undefined || run === undefined) {
        mistakes.push(`${file}:${number}: expected \`name: command\`, such as \`tests: npm test\`, found \`${line}\``);
      } else if (!Object.hasOwn(gates, id)) {
        gates[id] = { id, title: titleOf(id), run, timeoutMs: DEFAULT_LIMIT_MS, required: true, via: [] };
        from[id] = file;
      } else if (from[id] === file) {
        mistakes.push(`${file}:${number}: \`${id}\` is named twice; the first one counts`);
      }
    }
  }
  return { gates, from, mistakes };
}

/** The lines within `mm-gates` fences, without blank ones and `#` comments; numbers count from 1. */
function blockLines(text: string): readonly { readonly line: string; readonly number: number }[] {
  const lines: { line: string; number: number }[] = [];
  let fence: { readonly mark: string; readonly ours: boolean } | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const [, mark, word] = FENCE.exec(raw) ?? [];
    if (fence === null) {
      if (mark !== undefined) fence = { mark, ours: word === 'mm-gates' };
    } else if (mark?.startsWith(fence.mark) && raw.trim() === mark) {
      fence = null;
    } else if (fence.ours) {
      const line = raw.trim();
      if (line !== '' && !line.startsWith('#')) lines.push({ line, number: index + 1 });
    }
  }
  return lines;
}

const titleOf = (id: string): string =>
  id === 'types' ? 'Type checker' : id.charAt(0).toUpperCase() + id.slice(1).replaceAll(/[-_]/g, ' ');
