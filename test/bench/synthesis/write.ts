// Writes source and test files of a project.
import type { Case, Fault, SourceFile } from './project.ts';

const LOAD = "{ test } from 'node:test';\nimport assert from 'node:assert/strict'";

/** `src/slugify.js` → `slugify`. */
export const stem = (path: string): string => path.replace(/^src\//, '').replace(/\.js$/, '');

/** The right version of a file with some faults made in it; an edit that no longer fits leaves the fault out. */
export function withFaults(file: SourceFile, faults: readonly Fault[]): { text: string; made: Fault[] } {
  let text = file.right;
  const made: Fault[] = [];
  for (const fault of faults) {
    if (!fault.edits.every(([find]) => text.includes(find))) continue;
    for (const [find, replace] of fault.edits) text = text.replace(find, () => replace);
    made.push(fault);
  }
  return { text, made };
}

/** A test file with some cases. */
export function testFile(names: readonly string[], from: string, cases: readonly Case[]): string {
  const body = cases
    .map(({ name, code }) => `test(${JSON.stringify(name)}, async () => {\n  ${code}\n});\n`)
    .join('\n');
  return `import ${LOAD};\nimport { ${names.join(', ')} } from '${from}';\n\n${body}`;
}
