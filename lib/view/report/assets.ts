// The page's own style and scripts, and the libraries they stand on, as texts with the hashes that its content security
// policy names. `diff` (word by word and line by line) and `highlight.js` (colours) are taken as they are published:
// both are kept up, small, free of dependencies, BSD-licensed, work from plain script elements and make no markup of
// their own in the way they are used here. They are read when a report is written, never at start-up.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { languagesFor } from './page/language.mjs';
import { HUES } from './participants.ts';

const FOLDER = new URL('./page/', import.meta.url);

/** The page's modules, each after those that it imports. */
export const MODULES = [
  'language visible element store align colours ../../../core/tree-ids diff-table ../../../core/hunks',
  'hunk-picker file-section file-list search moves main',
].flatMap((names) => names.split(' '));

export interface Asset {
  readonly text: string;
  /** `'sha256-…'`, as the policy has it. */
  readonly hash: string;
}

/** The page's style sheets, in their order. */
const SHEETS = ['common', 'side', 'sections', 'timeline', 'files', 'code', 'paper'] as const;

/** For each colour, and for each column in which text is selected: that of the others is not. */
const ofEach = (k: number): string => `.s${k} { --hue: var(--s${k}) }
.diff[data-select="${k}"] td.c:not(.k${k}) { user-select: none }`;

export function style(): Asset {
  const sheets = SHEETS.map((name) => readFileSync(new URL(`${name}.css`, FOLDER), 'utf8'));
  return asset([...sheets, ...Array.from({ length: HUES }, (_, k) => ofEach(k))].join('\n'));
}

/** One script: the libraries, with the languages that these paths need, and the page's modules. */
export function script(paths: readonly string[]): Asset {
  const languages = languagesFor(paths);
  const parts = [
    `const hljs = ${commonJs('highlight.js/lib/core')};`,
    ...languages.map((name) => `hljs.registerLanguage('${name}', ${commonJs(`highlight.js/lib/languages/${name}`)});`),
    'const Diff = {};\n(function (exports, module, define) {',
    `${published('diff/package.json', 'dist/diff.min.js')}\n})(Diff, {});`,
    ...MODULES.map(moduleText),
    'start();',
  ];
  return asset(`'use strict';\n(() => {\n${harmlessScript(parts.join('\n'))}\n})();\n`);
}

/** A module's text without imports and exports: all of them share one scope. */
function moduleText(name: string): string {
  const text = readFileSync(new URL(`${name}.mjs`, FOLDER), 'utf8');
  return text.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, '');
}

const require = createRequire(import.meta.url);

/** Where bundle.mjs puts what is used of a package that is not installed with ours, being much larger than that. */
const CARRIED = new URL('../../../dist/packages/', import.meta.url);

const commonJs = (name: string): string => {
  const carried = new URL(`${name}.js`, CARRIED);
  const text = readFileSync(existsSync(carried) ? carried : require.resolve(name), 'utf8');
  return `(() => { const module = { exports: {} };\n${text}\nreturn module.exports; })()`;
};

/** A file of a package that its `exports` do not name. */
const published = (manifest: string, file: string): string =>
  readFileSync(fileURLToPath(new URL(file, `file://${require.resolve(manifest)}`)), 'utf8');

/** In a script element these would end it, or change how it is read; in strings and patterns the escape is the same. */
const harmlessScript = (text: string): string =>
  text
    .replace(/\r/g, '')
    .replace(/<(?=!--|\/?script)/gi, '\\x3C')
    .replace(/-->/g, '--\\x3E');

const asset = (text: string): Asset => ({
  text,
  hash: `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
});
