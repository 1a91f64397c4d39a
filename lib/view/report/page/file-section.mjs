// One file of the report: its heading, why it comes from whom, and its versions side by side. The versions are made
// when a reader comes near, and again when what is compared has changed.
import { RESULT } from '../../../core/tree-ids.mjs';
import { diffTable } from './diff-table.mjs';
import { button, element, spaced } from './element.mjs';
import { hunkPicker } from './hunk-picker.mjs';
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
 * What a section needs of the page.
 * @typedef {object} Page
 * @property {(content: number) => Promise<Uint8Array>} read
 * @property {() => View} view
 * @property {boolean} open
 * @property {string | null} session in whose plan other versions can be picked
 * @property {() => void} made
 * @property {(root: HTMLElement) => void} watch calls `near` once the reader is, or comes, near
 */

export class FileSection {
  /** @type {HTMLElement} */
  root;
  #pass;
  #file;
  #page;
  #body;
  #fold;
  #opened = false;
  #done = false;

  /** @param {PagePass} pass @param {number} index @param {Page} page */
  constructor(pass, index, page) {
    const id = `file-${pass.number}-${index}`;
    const labelled = { 'aria-labelledby': `${id}-head` };
    this.#pass = pass;
    this.#file = /** @type {PageFile} */ (pass.files[index]);
    this.#page = page;
    this.#body = element('div', 'file-body', [], { id: `${id}-body` });
    const controls = { class: 'fold-file', 'aria-controls': `${id}-body`, ...labelled };
    this.#fold = button('', () => this.toggle(), controls);
    this.root = element('section', 'file', [this.#heading(id), this.#why(), this.#body], { id, ...labelled });
    this.toggle(page.open);
  }

  /** Makes the versions, where that is not done yet. */
  async near() {
    if (this.#done || !this.#opened) return;
    this.#done = true;
    this.#body.setAttribute('aria-busy', 'true');
    const parts = await this.#parts(this.#page.view());
    this.#body.replaceChildren(...parts.flatMap((part) => part ?? []));
    this.#body.removeAttribute('aria-busy');
    this.root.classList.add('made');
    this.#page.made();
  }

  /** @param {boolean} to */
  toggle(to = !this.#opened) {
    this.#opened = to;
    this.#body.hidden = !to;
    this.#fold.setAttribute('aria-expanded', String(to));
    if (to && !this.#done) this.#page.watch(this.root);
  }

  /** What is compared has changed. */
  refresh() {
    this.#done = false;
    if (this.#opened) this.#page.watch(this.root);
  }

  /** @param {readonly number[]} columns */
  #titles(columns) {
    return columns.map((column) => this.#pass.columns[column]?.title ?? '').join(', ');
  }

  /** The colour of the first of these columns. @param {readonly number[]} columns */
  #hue(columns) {
    return this.#pass.columns[columns[0] ?? 0]?.hue ?? '';
  }

  /** @param {string} id */
  #heading(id) {
    const { path, pick, added, deleted } = this.#file;
    const at = path.lastIndexOf('/') + 1;
    const name = [element('span', 'folder', [path.slice(0, at)]), path.slice(at)];
    const count = (/** @type {number | null} */ lines) => lines?.toLocaleString('en-US') ?? '?';
    const lines = [
      element('span', 'plus', [`+${count(added)}`]),
      ' ',
      element('span', 'minus', [`−${count(deleted)}`]),
    ];
    // a run that ended before has no plan that anything could be missing in
    const planned = this.#pass.files.some((each) => each.pick !== null);
    const from = pick && [element('span', 'swatch'), `${pick.deletes ? 'deleted, as by' : 'from'} ${pick.from}`];
    const taken = from ? element('span', `pick ${pick.hue}`, from) : null;
    return element(
      'header',
      'file-head',
      spaced([
        this.#fold,
        element('h3', '', name, { id: `${id}-head` }),
        element('span', 'lines', lines),
        taken ?? (planned ? element('span', 'pick quiet', ['not in the plan']) : null),
        pick?.undecided ? element('span', 'badge warning', ['undecided']) : null,
      ]),
    );
  }

  #why() {
    const { pick } = this.#file;
    if (pick === null) return null;
    return element('p', 'why', [pick.why, ' ', element('span', 'quiet', [`${pick.evidence}, ${pick.sure} % sure`])]);
  }

  /** @param {View} view */
  async #parts(view) {
    const all = this.#groups();
    const groups = all.filter(({ columns }) =>
      columns.some((column) => !view.hidden.has(this.#pass.columns[column]?.id ?? '')),
    );
    const notes = this.#notes();
    if (groups.length === 0) return [notes, element('p', 'quiet', ['All of its versions are hidden.'])];
    const isText = (/** @type {Group} */ { version }) => !version.image && version.content >= 0;
    const texts = groups.filter(isText);
    return [
      notes,
      texts.length < groups.length ? await this.#pictures(groups) : null,
      texts.length > 0 ? await this.#table(texts, all.length === 1, view) : null,
      this.#page.session === null ? null : hunkPicker(this.#pass, this.#file, this.#page.session, this.#page.read),
    ];
  }

  /** @param {readonly Group[]} texts @param {boolean} alone there is no other version @param {View} view */
  async #table(texts, alone, view) {
    const { path, versions } = this.#file;
    const isPivot = (/** @type {number} */ column) => this.#pass.columns[column]?.id === view.pivot;
    const wanted = texts.findIndex(({ columns }) => columns.some(isPivot));
    const chosen = texts.findIndex((group) => group.chosen);
    const pivot = wanted >= 0 ? wanted : Math.max(0, chosen);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const { read } = this.#page;
    const contents = await Promise.all(texts.map(async ({ version }) => decoder.decode(await read(version.content))));
    const windows = contents.every((text) => text === '' || text.includes('\r\n'));
    const shown = texts.map((group, k) => ({
      head: this.#head(group, k === pivot && texts.length > 1),
      lines: linesOf(contents[k] ?? '', windows),
      hue: this.#hue(group.columns),
      chosen: group.chosen,
    }));
    const gone = alone && versions.some((each) => each === null) ? 'gone' : '';
    const name = `Versions of ${path}`;
    const table = diffTable(shown, {
      pivot,
      language: languageOf(path),
      name,
      marked: texts[pivot]?.columns[0] === 0 ? 'gone' : 'here',
      alone: texts[0]?.columns[0] === 0 ? gone : 'come',
    });
    return element('div', 'scroll', [table], { tabindex: '0', role: 'region', 'aria-label': name });
  }

  /** @returns {Group[]} */
  #groups() {
    const { versions, pick } = this.#file;
    const groups = new Map(/** @type {[string, number[]][]} */ ([]));
    this.#pass.columns.forEach((_, column) => {
      const version = versions[column];
      if (version) groups.set(version.oid, [...(groups.get(version.oid) ?? []), column]);
    });
    return [...groups.values()].map((columns) => ({
      columns,
      version: /** @type {PageVersion} */ (versions[columns[0] ?? 0]),
      chosen: pick?.columns.some((column) => columns.includes(column)) ?? false,
    }));
  }

  /** What the columns cannot show. */
  #notes() {
    const { versions } = this.#file;
    const absent = versions.flatMap((version, column) => (version === null && column > 0 ? [column] : []));
    const made = versions[0] === null ? 'Not made by' : 'Deleted by';
    const notes = [
      ...(versions[0] === null ? ['New file.'] : []),
      ...(absent.length > 0 ? [`${made} ${this.#titles(absent)}.`] : []),
      ...versions.flatMap((version, column) =>
        version?.renamedFrom && column > 0 ? [`${this.#titles([column])} renamed it from ${version.renamedFrom}.`] : [],
      ),
    ];
    return notes.length > 0 ? element('p', 'file-notes quiet', [notes.join(' ')]) : null;
  }

  /** @param {Group} group @param {boolean} pivot */
  #head({ columns, version, chosen }, pivot) {
    const ids = this.#pass.columns.map(({ id }) => id);
    const named = columns.filter((column) => ids[column] !== RESULT);
    const first = (named.length > 0 ? named : columns).slice(0, 1);
    const others = named.filter((column) => column !== first[0]);
    const ratings = columns.flatMap((column) => this.#file.ratings?.[ids[column] ?? ''] ?? []);
    return element(
      'th',
      `${this.#hue(first)}${chosen ? ' chosen' : ''}`,
      spaced([
        element('span', 'swatch'),
        element('span', 'version', [this.#titles(first)]),
        others.length > 0 ? element('span', 'quiet', [` = ${this.#titles(others)}`]) : null,
        chosen ? element('span', 'badge good', ['chosen']) : null,
        ratingBadge(ratings),
        ...(version.notes ?? []).map((note) => element('span', 'badge', [note])),
        pivot ? element('span', 'badge plain', ['compared with']) : null,
      ]),
      { scope: 'col', colspan: '2' },
    );
  }

  /** Pictures, and what is no text, as cards. @param {readonly Group[]} groups */
  async #pictures(groups) {
    const cards = groups.map(async ({ version, columns, chosen }) => {
      const title = this.#titles(columns);
      const badge = chosen ? element('span', 'badge good', ['chosen']) : null;
      const card = element('div', `card-version ${this.#hue(columns)}`, [
        element('p', 'version', [element('span', 'swatch'), title, badge]),
        element('p', 'quiet', [(version.notes ?? []).join(', ')]),
      ]);
      if (!version.image || version.content < 0) return card;
      const bytes = [...(await this.#page.read(version.content))];
      const src = `data:${version.image};base64,${btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''))}`;
      card.append(element('img', '', [], { src, alt: `${this.#file.path} as ${title} has it` }));
      return card;
    });
    return element('div', 'cards', await Promise.all(cards));
  }
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
