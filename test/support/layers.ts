// The rules of the house, read off source text: who may import whom, who may start processes or write to the
// terminal, what every file looks like. Pure: texts in, complaints with file and line out.
import { posix } from 'node:path';

/** Folder of lib/ → folders it may import besides itself. What is not listed may import nothing of ours. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  system: ['core'],
  recipe: ['core'],
  view: ['core'],
  evidence: ['core'],
  candidate: ['system', 'core'],
  repository: ['candidate', 'system', 'core'],
  session: ['repository', 'candidate', 'system', 'core'],
  model: ['recipe', 'system', 'core'],
  steps: ['model', 'evidence', 'session', 'repository', 'candidate', 'recipe', 'system', 'core'],
  engine: ['steps', 'session', 'candidate', 'recipe', 'system', 'core'],
  commands: ['engine', 'steps', 'view', 'evidence', 'session', 'repository', 'candidate', 'recipe', 'system', 'core'],
  cli: ['commands', 'engine', 'steps', 'view', 'session', 'repository', 'recipe', 'system', 'core'],
};

/** Words that no line of a file may hold, except in the files named. */
const FORBIDDEN: readonly { readonly pattern: RegExp; readonly except: RegExp; readonly rule: string }[] = [
  {
    pattern: /\bfrom 'node:child_process'|import\('node:child_process'\)/,
    except: /^lib\/(system\/(process|own-command|attach|remote\/call)\.ts|bundle\.mjs)$/,
    rule: 'only process.ts, own-command.ts, attach.ts and remote/call.ts of lib/system start processes',
  },
  { pattern: /(from|import\() ?'zx/, except: /^lib\/system\/process\.ts$/, rule: 'only lib/system/process.ts uses zx' },
  {
    pattern: /(from|import\() ?'enquirer/,
    except: /^lib\/system\/ask-by-keys\.ts$/,
    rule: 'only lib/system/ask-by-keys.ts asks questions with enquirer',
  },
  {
    pattern: /^(?!\s*(\/\/|\*|\/\*)).*(\bconsole\.\w+\(|process\.(stdout|stderr)\.write\()/,
    except: /^lib\/(view\/.*|launch\.mjs|bundle\.mjs)$/,
    rule: 'only lib/view/ writes to the terminal',
  },
  {
    pattern: /claude|gemini|gpt|codex|cursor-agent|\bCURSOR_/i,
    except: /^$/,
    rule: 'no model is known by name; that belongs into a recipe',
  },
  { pattern: /^export default\b/, except: /^$/, rule: 'named exports only' },
  { pattern: /\b(TODO|FIXME|XXX)\b/, except: /^$/, rule: 'nothing is left for later' },
];

/** Every breach in these files (path from the project's top → text), as `file:line: what; the rule`. */
export function breaches(files: Readonly<Record<string, string>>): readonly string[] {
  const found: string[] = [];
  const graph = new Map<string, readonly string[]>();
  for (const [file, text] of Object.entries(files)) {
    const imports = importsOf(file, text);
    graph.set(
      file,
      imports.map(({ target }) => target),
    );
    for (const { target, line } of imports) {
      const [from, to] = [layerOf(file), layerOf(target)];
      if (!(target in files)) found.push(`${file}:${line}: imports ${target}, which does not exist`);
      else if (from !== null && to !== null && from !== to && !MAY_IMPORT[from]?.includes(to)) {
        found.push(
          `${file}:${line}: imports ${target}; ${from} may import only ${MAY_IMPORT[from]?.join(', ') || 'itself'}`,
        );
      }
    }
    text.split('\n').forEach((source, index) => {
      for (const { pattern, except, rule } of FORBIDDEN) {
        if (pattern.test(source) && !except.test(file)) found.push(`${file}:${index + 1}: ${source.trim()}; ${rule}`);
      }
    });
    if (file.includes('.generated.')) continue;
    if (!/^(#!.*\n)?\/\//.test(text)) found.push(`${file}:1: opens without a comment; each file says its job first`);
    if (!/^[a-z0-9-]+\.(ts|mjs)$/.test(posix.basename(file))) found.push(`${file}:1: file names are kebab-case`);
  }
  return [...found, ...circles(graph)];
}

/** `lib/engine/walk.ts` → `engine`, `lib/cli.ts` → `cli`; null for what is outside the layers. */
function layerOf(file: string): string | null {
  const match = /^lib\/(?:([^/]+)\/|(cli)\.ts$)/.exec(file);
  return match?.[1] ?? match?.[2] ?? null;
}

/** What a file imports of ours: the path from the project, and the line. */
export function importsOf(file: string, text: string): { readonly target: string; readonly line: number }[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\(|^import) ?'(\.[^']*)'/gm)].map((match) => ({
    target: posix.join(posix.dirname(file), match[1] as string),
    line: text.slice(0, match.index).split('\n').length,
  }));
}

function circles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start !== -1) found.push(`${file}:1: imports itself by way of ${[...path.slice(start + 1), file].join(' → ')}`);
    if (start !== -1 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}
