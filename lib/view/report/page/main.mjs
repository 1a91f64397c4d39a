// Puts the page together: the files of a pass with their sections, the list beside them, search, keys, theme, printing.
import { BASE } from '../../../core/tree-ids.mjs';
import { byId } from './element.mjs';
import { fileList, fileTools } from './file-list.mjs';
import { FileSection } from './file-section.mjs';
import { beside, goTo, listenToKeys, themeSwitch } from './moves.mjs';
import { find, mark } from './search.mjs';
import { contentStore } from './store.mjs';

/**
 * @typedef {import('../page-data.ts').PageData} PageData
 * @typedef {import('../page-data.ts').PagePass} PagePass
 * @typedef {import('./file-section.mjs').View} View
 */

/** More files than this begin folded. */
const MANY = 150;
/** Pixels that stay free above a file and above a change, as the style sheet has it. */
const ABOVE = { file: 8, change: 96 };
/** Up to this many are made while nobody waits, so that printing shows them. */
const FEW = 60;

export function start() {
  const turn = themeSwitch();
  const help = /** @type {HTMLDialogElement} */ (byId('help'));
  byId('help-open').addEventListener('click', () => help.showModal());
  byId('help-close').addEventListener('click', () => help.close());
  const files = document.getElementById('file-sections') ? new Files() : null;
  listenToKeys({ t: turn, '?': () => help.showModal(), ...files?.keys() }, () => files?.escape());
  unfoldOnPaper();
}

/** On paper nothing can be unfolded: it is before, but for what the models were asked and said, pages of it. */
function unfoldOnPaper() {
  /** @type {Element[]} */
  let closed = [];
  window.addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('section:not(#work) details:not([open])')];
    for (const each of closed) each.setAttribute('open', '');
  });
  window.addEventListener('afterprint', () => {
    for (const each of closed) each.removeAttribute('open');
  });
}

/** The files of the pass that is shown, with what a reader chose, searched for and has come to. */
class Files {
  #data = /** @type {PageData} */ (JSON.parse(byId('data').textContent ?? ''));
  #read = contentStore(this.#data);
  #place = byId('file-sections');
  #field = /** @type {HTMLInputElement} */ (byId('search'));
  #view = { pivot: /** @type {string} */ (BASE), hidden: /** @type {ReadonlySet<string>} */ (new Set()) };
  #pass = /** @type {PagePass} */ (this.#data.passes.at(-1));
  #sections = /** @type {readonly FileSection[]} */ ([]);
  #items = /** @type {readonly HTMLElement[]} */ ([]);
  /** How many searches were begun: what an older one finds counts no more. */
  #searches = 0;
  #hits = /** @type {number[]} */ ([]);
  #waiting = 0;
  #near = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) if (isIntersecting) void this.#sectionOf(target)?.near();
    },
    { rootMargin: '800px' },
  );

  constructor() {
    this.#field.addEventListener('input', () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => void this.#search(), 120);
    });
    this.#field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.#toHit(event.shiftKey ? -1 : 1);
    });
    byId('finder').hidden = false;
    this.#show();
    window.addEventListener('hashchange', () => this.#arrive());
    this.#arrive();
  }

  /** What keys do: next and last file and change, folding, searching. */
  keys() {
    return {
      j: () => this.#toFile(1),
      k: () => this.#toFile(-1),
      n: () => this.#toChange(1),
      p: () => this.#toChange(-1),
      o: () => {
        const roots = this.#sections.map(({ root }) => root);
        const current = roots.findLast((root) => root.getBoundingClientRect().top <= 12) ?? roots[0];
        if (current) this.#sectionOf(current)?.toggle();
      },
      e: () => this.#foldAll(true),
      c: () => this.#foldAll(false),
      '/': () => {
        this.#field.focus();
        this.#field.select();
      },
    };
  }

  /** Leaves the search. */
  escape() {
    if (document.activeElement !== this.#field) return;
    this.#field.value = '';
    this.#field.blur();
    void this.#search();
  }

  #show() {
    this.#near.disconnect();
    const page = {
      read: this.#read,
      view: () => this.#view,
      open: this.#pass.files.length <= MANY,
      session: this.#pass === this.#data.passes.at(-1) ? (this.#data.session ?? null) : null,
      made: () => {
        if (this.#words !== '') mark(this.#place, this.#words);
      },
      watch: (/** @type {Element} */ root) => {
        this.#near.unobserve(root);
        this.#near.observe(root);
      },
    };
    this.#sections = this.#pass.files.map((_, index) => new FileSection(this.#pass, index, page));
    const list = fileList(this.#pass);
    this.#items = list.items;
    this.#place.replaceChildren(...this.#sections.map(({ root }) => root));
    byId('file-nav').replaceChildren(list.root);
    this.#hits = [];
    this.#tools();
    void this.#search();
    if (this.#pass.files.length <= FEW) whenIdle(this.#sections);
  }

  #tools() {
    const compare = (/** @type {Partial<View>} */ changed) => {
      this.#view = { ...this.#view, ...changed };
      for (const section of this.#sections) section.refresh();
    };
    const tools = fileTools(this.#data.passes, this.#pass, this.#view, {
      pass: (number) => {
        this.#pass = this.#data.passes.find((each) => each.number === number) ?? this.#pass;
        this.#show();
      },
      pivot: (pivot) => compare({ pivot }),
      hide: (id, hidden) => {
        const others = [...this.#view.hidden].filter((each) => each !== id);
        compare({ hidden: new Set(hidden ? [...others, id] : others) });
      },
      foldAll: (open) => this.#foldAll(open),
    });
    byId('file-tools').replaceChildren(...tools);
  }

  /** @param {boolean} open */
  #foldAll(open) {
    for (const section of this.#sections) section.toggle(open);
  }

  get #words() {
    return this.#field.value.trim();
  }

  async #search() {
    const mine = ++this.#searches;
    const words = this.#words;
    const said = byId('found');
    const searching = words !== '';
    this.#place.classList.toggle('searching', searching);
    byId('file-nav').classList.toggle('searching', searching);
    for (const index of this.#hits) this.#showHits(index, '');
    this.#hits = [];
    mark(this.#place, words);
    if (!searching) {
      said.textContent = count(this.#pass.files.length);
      return;
    }
    let places = 0;
    const sum = () => `${count(this.#hits.length)}, ${places.toLocaleString('en-US')} places`;
    for await (const { index, count: here } of find(this.#pass, words, this.#read, () => mine === this.#searches)) {
      this.#hits.push(index);
      places += here;
      this.#showHits(index, String(here));
      said.textContent = `${sum()} …`;
    }
    if (mine === this.#searches) said.textContent = this.#hits.length === 0 ? 'Nothing found' : sum();
  }

  /** Says how often the words are in a file; not at all: an empty text. @param {number} index @param {string} often */
  #showHits(index, often) {
    const item = this.#items[index];
    item?.classList.toggle('hit', often !== '');
    this.#sections[index]?.root.classList.toggle('hit', often !== '');
    const place = item?.querySelector('.hits');
    if (place) place.textContent = often;
  }

  /** A link to a file unfolds it. */
  #arrive() {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.matches('.file')) this.#sectionOf(target)?.toggle(true);
  }

  /** @param {Element} root */
  #sectionOf(root) {
    return this.#sections[Number(root.id.split('-').at(-1))];
  }

  #shown() {
    const roots = this.#sections.map(({ root }) => root);
    return this.#words === '' ? roots : roots.filter((root) => root.classList.contains('hit'));
  }

  /** @param {1 | -1} way */
  #toHit(way) {
    const hit = beside(this.#shown(), way, ABOVE.file) ?? this.#shown()[0];
    if (hit) this.#sectionOf(hit)?.toggle(true);
    hit?.scrollIntoView({ block: 'start' });
  }

  /** @param {1 | -1} way */
  #toFile(way) {
    const all = this.#shown();
    const focused = document.activeElement?.closest('section.file');
    const at = focused && isSeen(focused) ? all.indexOf(/** @type {HTMLElement} */ (focused)) : -1;
    goTo(at < 0 ? beside(all, way, ABOVE.file) : all[at + way]);
  }

  /** @param {1 | -1} way */
  #toChange(way) {
    const changes = [...this.#place.querySelectorAll('tr.hunk')].filter((each) => each.getClientRects().length > 0);
    const next = beside(changes, way, ABOVE.change);
    if (next) next.scrollIntoView({ block: 'start' });
    else this.#toFile(way);
  }
}

const count = (/** @type {number} */ files) => `${files.toLocaleString('en-US')} ${files === 1 ? 'file' : 'files'}`;

/** @param {Element} element */
function isSeen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

/** Makes the sections one by one while the page has nothing else to do. @param {readonly FileSection[]} sections */
function whenIdle(sections) {
  const [first, ...rest] = sections;
  const later = window.requestIdleCallback ?? ((/** @type {() => void} */ call) => setTimeout(call, 50));
  if (first) later(() => void first.near().then(() => whenIdle(rest)));
}
