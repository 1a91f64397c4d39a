// One file of the report: its heading, why it comes from whom, and its versions side by side. The versions are made
// when a reader comes near, and again when what is compared has changed.
import { diffTable } from './diff-table.mjs';
import { button, element, spaced } from './element.mjs';
import { languageOf } from './language.mjs';
import { linesOf } from './visible.mjs';

/**
 * @typedef {import('../page-data.ts').PageFile} PageFile
 * @typedef {import('../page-data.ts').PagePass} PagePass
 * @typedef {import('../page-data.ts').PageVersion} PageVersion
 * What is compared: with which column, and which are left out.
 * @typedef {{ readonly pivot: string, readonly hidden: ReadonlySet<string> }} View
 * Columns with the same version of the file.
 * @typedef {{ readonly columns: readonly number[], readonly version: PageVersion, readonly chosen: boolean }} Group
 */

/**
 * @typedef {object} FileSection
 * @property {HTMLElement} root
 * @property {PageFile} file
 * @property {() => Promise<void>} near
 * @property {(open?: boolean) => void} toggle
 * @property {() => void} refresh
 */

/**
 * What a section needs of the page.
 * @typedef {object} Page
 * @property {(content: number) => Promise<Uint8Array>} read
 * @property {() => View} view
 * @property {boolean} open
 * @property {() => void} made
 * @property {(root: HTMLElement) => void} watch calls `near` once the reader is, or comes, near
 */

/**
 * @param {PagePass} pass
 * @param {number} index
 * @param {Page} page
 * @returns {FileSection}
 */
export function fileSection(pass, index, { read, view, open, made, watch }) {
  const file = /** @type {PageFile} */ (pass.files[index]);
  const id = `file-${pass.number}-${index}`;
  const body = element('div', 'file-body', [], { id: `${id}-body` });
  const fold = button('', () => toggle(), {
    class: 'fold-file',
    'aria-controls': `${id}-body`,
    'aria-labelledby': `${id}-head`,
  });
  const root = element('section', 'file', [heading(pass, file, id, fold), why(file), body], {
    id,
    'aria-labelledby': `${id}-head`,
  });
  let opened = open;
  let done = false;

  async function near() {
    if (done || !opened) return;
    done = true;
    body.setAttribute('aria-busy', 'true');
    const parts = await bodyOf(pass, file, read, view());
    body.replaceChildren(...parts);
    body.removeAttribute('aria-busy');
    root.classList.add('made');
    made();
  }
  function toggle(to = !opened) {
    opened = to;
    body.hidden = !to;
    fold.setAttribute('aria-expanded', String(to));
    if (to && !done) watch(root);
  }
  toggle(open);
  const refresh = () => {
    done = false;
    if (opened) watch(root);
  };
  return { root, file, near, toggle, refresh };
}

/**
 * @param {PagePass} pass
 * @param {PageFile} file
 * @param {string} id
 * @param {HTMLElement} fold
 */
function heading(pass, file, id, fold) {
  const at = file.path.lastIndexOf('/') + 1;
  const pick = file.pick;
  return element(
    'header',
    'file-head',
    spaced([
      fold,
      element('h3', '', [element('span', 'folder', [file.path.slice(0, at)]), file.path.slice(at)], {
        id: `${id}-head`,
      }),
      element('span', 'lines', [
        element('span', 'plus', [`+${file.added?.toLocaleString('en-US') ?? '?'}`]),
        ' ',
        element('span', 'minus', [`−${file.deleted?.toLocaleString('en-US') ?? '?'}`]),
      ]),
      pick === null
        ? // a run that ended before has no plan that anything could be missing in
          pass.files.some((each) => each.pick !== null)
          ? element('span', 'pick quiet', ['not in the plan'])
          : null
        : element('span', `pick ${pick.hue}`, [
            element('span', 'swatch'),
            `${pick.deletes ? 'deleted, as by' : 'from'} ${pick.from}`,
          ]),
      pick?.undecided ? element('span', 'badge warning', ['undecided']) : null,
    ]),
  );
}

/** @param {PageFile} file */
function why({ pick }) {
  if (pick === null) return null;
  return element('p', 'why', [pick.why, ' ', element('span', 'quiet', [`${pick.evidence}, ${pick.sure} % sure`])]);
}

/**
 * @param {PagePass} pass
 * @param {PageFile} file
 * @param {(content: number) => Promise<Uint8Array>} read
 * @param {View} view
 */
async function bodyOf(pass, file, read, view) {
  const all = groupsOf(pass, file);
  const groups = all.filter(({ columns }) =>
    columns.some((column) => !view.hidden.has(pass.columns[column]?.id ?? '')),
  );
  const parts = [notesOf(pass, file)];
  if (groups.length === 0)
    return [...parts.flatMap((part) => part ?? []), element('p', 'quiet', ['All of its versions are hidden.'])];
  if (groups.some(({ version }) => version.image || version.content < 0))
    parts.push(await pictures(pass, file, groups, read));
  const texts = groups.filter(({ version }) => !version.image && version.content >= 0);
  if (texts.length > 0) {
    const wanted = texts.findIndex(({ columns }) => columns.some((column) => pass.columns[column]?.id === view.pivot));
    const pivot =
      wanted >= 0
        ? wanted
        : Math.max(
            0,
            texts.findIndex(({ chosen }) => chosen),
          );
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const contents = await Promise.all(texts.map(async ({ version }) => decoder.decode(await read(version.content))));
    const windows = contents.every((text) => text === '' || text.includes('\r\n'));
    const shown = texts.map((group, k) => ({
      head: headOf(pass, file, group, k === pivot && texts.length > 1),
      lines: linesOf(contents[k] ?? '', windows),
      hue: pass.columns[group.columns[0] ?? 0]?.hue ?? '',
      chosen: group.chosen,
    }));
    const alone =
      texts[0]?.columns[0] === 0
        ? all.length === 1 && file.versions.some((each) => each === null)
          ? 'gone'
          : ''
        : 'come';
    const table = diffTable(shown, {
      pivot,
      language: languageOf(file.path),
      name: `Versions of ${file.path}`,
      marked: texts[pivot]?.columns[0] === 0 ? 'gone' : 'here',
      alone,
    });
    parts.push(
      element('div', 'scroll', [table], {
        tabindex: '0',
        role: 'region',
        'aria-label': `Versions of ${file.path}`,
      }),
    );
  }
  return parts.flatMap((part) => part ?? []);
}

/**
 * @param {PagePass} pass
 * @param {PageFile} file
 * @returns {Group[]}
 */
function groupsOf(pass, file) {
  const groups = new Map(/** @type {[string, number[]][]} */ ([]));
  pass.columns.forEach((_, column) => {
    const version = file.versions[column];
    if (version) groups.set(version.oid, [...(groups.get(version.oid) ?? []), column]);
  });
  return [...groups.values()].map((columns) => ({
    columns,
    version: /** @type {PageVersion} */ (file.versions[columns[0] ?? 0]),
    chosen: file.pick?.columns.some((column) => columns.includes(column)) ?? false,
  }));
}

/** What the columns cannot show. @param {PagePass} pass @param {PageFile} file */
function notesOf(pass, file) {
  const titles = (/** @type {readonly number[]} */ columns) =>
    columns.map((column) => pass.columns[column]?.title ?? '').join(', ');
  const absent = file.versions.flatMap((version, column) => (version === null && column > 0 ? [column] : []));
  const notes = [];
  if (file.versions[0] === null) notes.push('New file.');
  if (absent.length > 0) notes.push(`${file.versions[0] === null ? 'Not made by' : 'Deleted by'} ${titles(absent)}.`);
  const moved = file.versions.flatMap((version, column) =>
    version?.renamedFrom && column > 0 ? [`${titles([column])} renamed it from ${version.renamedFrom}.`] : [],
  );
  notes.push(...moved);
  return notes.length > 0 ? element('p', 'file-notes quiet', [notes.join(' ')]) : null;
}

/**
 * @param {PagePass} pass
 * @param {PageFile} file
 * @param {Group} group
 * @param {boolean} pivot
 */
function headOf(pass, file, { columns, version, chosen }, pivot) {
  const made = pass.columns.map(({ id }) => id);
  const named = columns.filter((column) => made[column] !== 'result');
  const first = (named.length > 0 ? named : columns)[0] ?? 0;
  const others = named.filter((column) => column !== first);
  const rating = ratingBadge(columns.flatMap((column) => file.ratings?.[made[column] ?? ''] ?? []));
  return element(
    'th',
    `${pass.columns[first]?.hue ?? ''}${chosen ? ' chosen' : ''}`,
    spaced([
      element('span', 'swatch'),
      element('span', 'version', [pass.columns[first]?.title ?? '']),
      others.length > 0
        ? element('span', 'quiet', [` = ${others.map((column) => pass.columns[column]?.title ?? '').join(', ')}`])
        : null,
      chosen ? element('span', 'badge good', ['chosen']) : null,
      rating,
      ...(version.notes ?? []).map((note) => element('span', 'badge', [note])),
      pivot ? element('span', 'badge plain', ['compared with']) : null,
    ]),
    { scope: 'col', colspan: '2' },
  );
}

/**
 * What the judge thought of a version; of several that are the same, its best word.
 * @param {readonly { readonly mean: number, readonly each: string }[]} ratings
 */
function ratingBadge(ratings) {
  const best = ratings.toSorted((a, b) => b.mean - a.mean)[0];
  if (!best) return null;
  return element('span', 'badge', [`judged ${best.mean}`, element('span', 'unseen', [` of 5: ${best.each}`])], {
    title: best.each,
  });
}

/**
 * Pictures, and what is no text, as cards.
 * @param {PagePass} pass
 * @param {PageFile} file
 * @param {readonly Group[]} groups
 * @param {(content: number) => Promise<Uint8Array>} read
 */
async function pictures(pass, file, groups, read) {
  const cards = groups.map(async (group) => {
    const { version, columns } = group;
    const title = columns.map((column) => pass.columns[column]?.title ?? '').join(', ');
    const notes = element('p', 'quiet', [(version.notes ?? []).join(', ')]);
    const card = element('div', `card-version ${pass.columns[columns[0] ?? 0]?.hue ?? ''}`, [
      element('p', 'version', [
        element('span', 'swatch'),
        title,
        group.chosen ? element('span', 'badge good', ['chosen']) : null,
      ]),
      notes,
    ]);
    if (version.image && version.content >= 0) {
      const text = [...(await read(version.content))].map((byte) => String.fromCharCode(byte)).join('');
      card.append(
        element('img', '', [], {
          src: `data:${version.image};base64,${btoa(text)}`,
          alt: `${file.path} as ${title} has it`,
        }),
      );
    }
    return card;
  });
  return element('div', 'cards', await Promise.all(cards));
}
