// What `mm pick` can take in place of what the plan has of a file: its hunks one by one, or one's version as a whole.
// Makes the command, to be copied; a page can't do more.
import { hunksOf, LONGEST_SPLIT, linesWithEnds, takenIn } from '../../../core/hunks.mjs';
import { BASE, PLAN, RESULT } from '../../../core/tree-ids.mjs';
import { button, element, spaced } from './element.mjs';
import { visible } from './visible.mjs';

/**
 * @typedef {import('../page-data.ts').PageFile} PageFile
 * @typedef {import('../page-data.ts').PagePass} PagePass
 * @typedef {import('../page-data.ts').PageVersion} PageVersion
 * @typedef {(content: number) => Promise<Uint8Array>} Read
 * What can be chosen at a place: what the command says of it, `from` as it is called there and for a reader.
 * @typedef {{ readonly from: string, readonly title: string }} Take
 * @typedef {{ readonly what: string, readonly name: string, readonly takes: readonly Take[],
 *   readonly now: number }} Place
 */

/**
 * @param {PagePass} pass
 * @param {PageFile} file
 * @param {string} session
 * @param {Read} read
 * @returns {HTMLElement | null}
 */
export function hunkPicker(pass, file, session, read) {
  const { path } = file;
  if (makersOf(pass, file).length === 0) return null;
  const summary = element('summary', '', [
    file.together ? 'Choose another version' : 'Choose other versions, or hunk by hunk',
  ]);
  const body = element('div', 'hunks-body');
  const root = element('details', 'hunks', [summary, body]);
  // what is pasted into a terminal must be what is read here
  if (visible(path) !== path || /[\n\t]/.test(path)) {
    body.append(
      element('p', 'quiet', ['The name of this file can not be typed; the review at the terminal takes it.']),
    );
    return root;
  }
  root.addEventListener('toggle', async () => {
    if (!root.open || body.childElementCount > 0) return;
    const places = file.together ? [] : await placesOf(pass, file, read);
    body.append(pickForm([wholePlace(pass, file), ...places], session));
    if (file.together?.length) {
      const others = file.together.map(visible).join(', ');
      body.append(element('p', 'quiet', [`It comes from one hand with ${others}, and is taken as a whole.`]));
    }
  });
  return root;
}

/** @param {readonly Place[]} places @param {string} session */
function pickForm(places, session) {
  const code = element('code');
  const copy = button('Copy', () => void copyText(code));
  const chosen = places.map(({ now }) => now);
  const tell = () => {
    const said = places.flatMap(({ what, takes, now }, i) =>
      chosen[i] === now ? [] : [shellQuoted(`${what}=${takes[chosen[i] ?? 0]?.from}`)],
    );
    code.textContent = said.length > 0 ? `mm pick ${session} ${said.join(' ')}` : '';
    copy.hidden = said.length === 0;
  };
  const rows = places.map(({ name, takes, now }, i) => {
    const options = takes.map(({ title }, k) => element('option', '', [title], k === now ? { selected: '' } : {}));
    const select = element('select', '', options);
    select.addEventListener('change', () => {
      chosen[i] = select.selectedIndex;
      tell();
    });
    return element('label', '', spaced([name, select]));
  });
  tell();
  const how =
    'Run the command that a choice makes in the repository: the gates prove it, and you are asked before it counts.';
  return element('div', '', [...rows, element('p', 'quiet', [how]), element('p', 'command', spaced([code, copy]))]);
}

/** The file as a whole. @param {PagePass} pass @param {PageFile} file @returns {Place} */
function wholePlace(pass, file) {
  const takes = makersOf(pass, file).map(({ id, title }) => ({ from: id, title }));
  const all = [{ from: '', title: 'as the plan has it' }, ...takes, AS_IT_WAS];
  return { what: file.path, name: 'The whole file', takes: all, now: 0 };
}

const AS_IT_WAS = { from: BASE, title: 'as it was' };

/** Candidates that changed the file. @param {PagePass} pass @param {PageFile} file */
const makersOf = (pass, file) =>
  pass.columns.flatMap(({ id, title }, column) => {
    const version = file.versions[column] ?? null;
    const isChanged = version?.oid !== file.versions[0]?.oid || version?.renamedFrom !== undefined;
    return pass.takes.includes(id) && isChanged ? [{ id, title, version }] : [];
  });

/** The file's hunks, as `mm pick` counts them. @param {PagePass} pass @param {PageFile} file @param {Read} read */
async function placesOf(pass, file, read) {
  const decoder = new TextDecoder('latin1');
  const lines = async (/** @type {PageVersion} */ { content }) => linesWithEnds(decoder.decode(await read(content)));
  const before = file.versions[0] ?? null;
  const made = makersOf(pass, file).filter(({ version }) => isPlainText(version));
  if (!isPlainText(before) || made.length === 0) return [];
  const base = await lines(before);
  const sources = await Promise.all(
    made.map(async ({ id, version }) => ({ id, lines: await lines(/** @type {PageVersion} */ (version)) })),
  );
  const planned = file.versions[pass.columns.findIndex(({ id }) => id === RESULT)] ?? null;
  const own = isPlainText(planned) ? await lines(planned) : base;
  for (const some of [sources, [...sources, { id: PLAN, lines: own }]]) {
    const hunks = hunksOf(base, some, (a, b, options) => Diff.diffArrays(a, b, options));
    const taken = takenIn(base, hunks, own);
    if (taken) return hunks.map((hunk, i) => hunkPlace(pass, file.path, hunk, i, taken[i] ?? 0));
  }
  return [];
}

/**
 * @param {PagePass} pass
 * @param {string} path
 * @param {import('../../../core/hunks.mjs').Hunk} hunk
 * @param {number} at
 * @param {number} now
 * @returns {Place}
 */
function hunkPlace({ columns }, path, { from, to, versions }, at, now) {
  const titles = new Map(columns.map(({ id, title }) => [id, title]));
  const takes = versions.slice(1).map(({ by }) => ({
    from: by[0] ?? BASE,
    title: by.map((id) => (id === PLAN ? 'the plan' : (titles.get(id) ?? id))).join(', '),
  }));
  const lines = to - from > 1 ? `lines ${from + 1} to ${to}` : `${to === from ? 'before ' : ''}line ${from + 1}`;
  return { what: `${path}#${at + 1}`, name: `Hunk ${at + 1}, ${lines}`, takes: [AS_IT_WAS, ...takes], now };
}

/** @param {PageVersion | null} version @returns {version is PageVersion} */
function isPlainText(version) {
  if (version === null || version.content < 0 || version.image || version.renamedFrom !== undefined) return false;
  return version.bytes <= LONGEST_SPLIT && (version.notes ?? []).every((note) => note === 'executable');
}

/** One word for a shell. @param {string} text */
const shellQuoted = (text) => (/^[\w@%+:,./=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** Into the clipboard, or, where the page may not, marked to be copied. @param {HTMLElement} code */
async function copyText(code) {
  getSelection()?.selectAllChildren(code);
  await navigator.clipboard?.writeText(code.textContent ?? '').catch(() => {});
}
