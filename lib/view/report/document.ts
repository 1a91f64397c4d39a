// The report: one HTML document that needs nothing beside itself. Made piece by piece, so that however much a run made,
// little of it is in memory at once. What it shows was written by others: see html.ts and the policy below.

import { type Asset, script, style } from './assets.ts';
import { EmbeddedFiles } from './embedded-files.ts';
import { Html, html, section } from './html.ts';
import { notesSection } from './notes.ts';
import { participantsOf } from './participants.ts';
import { passSections } from './pass-sections.ts';
import type { ReportSource } from './report-input.ts';
import { summary } from './summary.ts';
import { timeline } from './timeline.ts';
import { work } from './work.ts';

/** The document's text in pieces. Throws what the source throws. */
export async function* reportDocument(source: ReportSource): AsyncGenerator<string> {
  const { record, events } = source;
  const participants = participantsOf(record);
  const embedded = new EmbeddedFiles(source, participants);
  const files = embedded.paths.length;
  const [css, js] = [style(), script(embedded.paths)];
  yield '<!doctype html>\n<html lang="en">\n';
  yield head(`${record.prompt_summary || record.command} · mm ${record.command}`, css, js).text;
  yield `<body>\n<a class="skip" href="#main">To the content</a>\n${sidebar(files > 0).text}\n`;
  yield '<main id="main" tabindex="-1">\n';
  yield summary(record, events, participants).text;
  yield section('timeline', 'Timeline', timeline(events, participants)).text;
  for (const pass of [...record.passes].reverse()) yield passSections(pass, record.passes.length, participants).text;
  yield section('files', 'Files', filesFrame(source.missing, files)).text;
  yield '<section id="work" class="card" aria-labelledby="work-head"><h2 id="work-head">Models at work</h2>\n';
  for await (const piece of work(source, participants)) yield `${piece.text}\n`;
  yield '</section>\n';
  yield section('remarks', 'Remarks', notesSection(record, events, participants)).text;
  yield html`</main>\n${footer(source)}\n${help()}\n`.text;
  yield '<script type="application/json" id="data">';
  yield* embedded.index();
  yield '</script>\n';
  let number = 0;
  for await (const chunk of embedded.chunks())
    yield `<script type="application/octet-stream" id="chunk-${number++}">${chunk}</script>\n`;
  yield `<script>${js.text}</script>\n</body>\n</html>\n`;
}

/** Only the page's own style and script are let in, nothing is fetched, and text can never be turned into markup. */
function head(title: string, css: Asset, js: Asset): Html {
  const policy = [
    "default-src 'none'",
    `style-src ${css.hash}`,
    `script-src ${js.hash}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return html`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title.replace(/\s+/g, ' ')}</title>
<style>${new Html(css.text)}</style>
</head>
`;
}

const SECTIONS = [
  ['summary', 'Summary'],
  ['timeline', 'Timeline'],
  ['gates', 'Quality gates'],
  ['plan', 'Plan'],
  ['files', 'Files'],
  ['work', 'Models at work'],
  ['remarks', 'Remarks'],
] as const;

const SEARCH = html`<div id="finder" hidden><label for="search">Search in paths and contents</label>
<input id="search" type="search" placeholder="Search  /" autocomplete="off" spellcheck="false">
<p id="found" role="status"></p></div>
<nav id="file-nav" aria-label="Files"></nav>`;

const sidebar = (files: boolean): Html => html`<aside class="side" aria-label="Contents">
<nav aria-label="Sections"><ul>${SECTIONS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<div class="tools"><button type="button" id="theme" title="Light or dark (t)">Dark</button>
<button type="button" id="help-open" title="Keys (?)">Keys</button></div>
${files ? SEARCH : null}</aside>`;

const filesFrame = (missing: string | null, files: number): Html =>
  missing !== null
    ? html`<p class="callout">The files cannot be shown: ${missing}</p>`
    : files === 0
      ? html`<p class="quiet">No file was changed.</p>`
      : html`<div id="file-tools"></div><div id="file-sections"></div>
<noscript><p>The versions side by side need JavaScript; they are in the session's folder too, below
<code>diffs/</code> and <code>files/</code>.</p></noscript>`;

const footer = ({ record, version }: ReportSource): Html => html`<footer class="foot">
<p>Session <code>${record.session_id}</code>, its files: <code>${record.session_dir}</code></p>
<p>Recipe <code>${record.recipe}</code>, repository <code>${record.repository}</code>. Written by mm ${version};
colours by highlight.js and differences by jsdiff (both BSD 3-Clause).</p></footer>`;

const KEYS = [
  ['j / k', 'next, previous file'],
  ['n / p', 'next, previous change'],
  ['o', 'fold or unfold the file'],
  ['e / c', 'unfold, fold all files'],
  ['/', 'search'],
  ['Enter', 'in the search: next file found'],
  ['Esc', 'leave the search; close this'],
  ['t', 'light or dark'],
  ['?', 'these keys'],
] as const;

const help = (): Html => html`<dialog id="help" aria-labelledby="help-head"><h2 id="help-head">Keys</h2>
<dl>${KEYS.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
<button type="button" id="help-close">Close</button></dialog>`;
