// Puts the page together: the files of a pass with their sections, the list beside them, search, keys, theme, printing.
import { byId } from './element.mjs';
import { fileList, fileTools } from './file-list.mjs';
import { fileSection } from './file-section.mjs';
import { beside, goTo, listenToKeys, themeSwitch } from './moves.mjs';
import { find, mark } from './search.mjs';
import { contentStore } from './store.mjs';

/**
 * @typedef {import('../page-data.ts').PageData} PageData
 * @typedef {import('../page-data.ts').PagePass} PagePass
 * @typedef {import('./file-section.mjs').FileSection} FileSection
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
  const files = document.getElementById('file-sections') ? startFiles() : null;
  listenToKeys({ t: turn, '?': () => help.showModal(), ...files?.keys }, () => files?.escape());
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

function startFiles() {
  const data = /** @type {PageData} */ (JSON.parse(byId('data').textContent ?? ''));
  const read = contentStore(data);
  const place = byId('file-sections');
  const field = /** @type {HTMLInputElement} */ (byId('search'));
  let view = { pivot: 'base', hidden: /** @type {ReadonlySet<string>} */ (new Set()) };
  let pass = /** @type {PagePass} */ (data.passes.at(-1));
  let sections = /** @type {readonly FileSection[]} */ ([]);
  let items = /** @type {readonly HTMLElement[]} */ ([]);
  let searches = 0;
  let hits = /** @type {number[]} */ ([]);
  let waiting = 0;

  const near = new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) if (isIntersecting) void sectionOf(target)?.near();
    },
    { rootMargin: '800px' },
  );
  const watch = (/** @type {Element} */ root) => {
    near.unobserve(root);
    near.observe(root);
  };
  const sectionOf = (/** @type {Element} */ root) => sections[Number(root.id.split('-').at(-1))];
  const remark = () => {
    if (field.value !== '') mark(place, field.value.trim());
  };

  function show() {
    near.disconnect();
    const open = pass.files.length <= MANY;
    sections = pass.files.map((_, index) =>
      fileSection(pass, index, { read, view: () => view, open, made: remark, watch }),
    );
    const list = fileList(pass);
    items = list.items;
    place.replaceChildren(...sections.map(({ root }) => root));
    byId('file-nav').replaceChildren(list.root);
    hits = [];
    tools();
    void search();
    if (pass.files.length <= FEW) whenIdle(sections);
  }
  function tools() {
    byId('file-tools').replaceChildren(
      ...fileTools(data.passes, pass, view, {
        pass(number) {
          pass = data.passes.find((each) => each.number === number) ?? pass;
          show();
        },
        pivot(id) {
          view = { ...view, pivot: id };
          for (const { refresh } of sections) refresh();
        },
        hide(id, hidden) {
          const others = [...view.hidden].filter((each) => each !== id);
          view = { ...view, hidden: new Set(hidden ? [...others, id] : others) };
          for (const { refresh } of sections) refresh();
        },
        foldAll,
      }),
    );
  }
  const foldAll = (/** @type {boolean} */ open) => {
    for (const { toggle } of sections) toggle(open);
  };

  /** Says how often the words are in a file; not at all: an empty text. @param {number} index @param {string} often */
  function tell(index, often) {
    const item = items[index];
    item?.classList.toggle('hit', often !== '');
    sections[index]?.root.classList.toggle('hit', often !== '');
    const place = item?.querySelector('.hits');
    if (place) place.textContent = often;
  }

  async function search() {
    const mine = ++searches;
    const words = field.value.trim();
    const said = byId('found');
    place.classList.toggle('searching', words !== '');
    for (const index of hits) tell(index, '');
    hits = [];
    mark(place, words);
    if (words === '') {
      said.textContent = count(pass.files.length);
      byId('file-nav').classList.remove('searching');
      return;
    }
    byId('file-nav').classList.add('searching');
    let places = 0;
    for await (const { index, count: here } of find(pass, words, read, () => mine === searches)) {
      hits.push(index);
      places += here;
      tell(index, String(here));
      said.textContent = `${count(hits.length)}, ${places.toLocaleString('en-US')} places …`;
    }
    if (mine === searches)
      said.textContent =
        hits.length === 0 ? 'Nothing found' : `${count(hits.length)}, ${places.toLocaleString('en-US')} places`;
  }

  field.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void search(), 120);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const hit = beside(shown(), event.shiftKey ? -1 : 1, ABOVE.file) ?? shown()[0];
    if (hit) sectionOf(hit)?.toggle(true);
    hit?.scrollIntoView({ block: 'start' });
  });
  byId('finder').hidden = false;
  show();
  // a link to a file unfolds it
  const arrive = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.matches('.file')) sectionOf(target)?.toggle(true);
  };
  window.addEventListener('hashchange', arrive);
  arrive();

  const shown = () =>
    sections.map(({ root }) => root).filter((root) => field.value.trim() === '' || root.classList.contains('hit'));
  const jump = (/** @type {1 | -1} */ way) => {
    const all = shown();
    const focused = document.activeElement?.closest('section.file');
    const at = focused && isSeen(focused) ? all.indexOf(/** @type {HTMLElement} */ (focused)) : -1;
    goTo(at < 0 ? beside(all, way, ABOVE.file) : all[at + way]);
  };
  const change = (/** @type {1 | -1} */ way) => {
    const next = beside(
      [...place.querySelectorAll('tr.hunk')].filter((each) => each.getClientRects().length > 0),
      way,
      ABOVE.change,
    );
    if (next) next.scrollIntoView({ block: 'start' });
    else jump(way);
  };
  return {
    keys: {
      j: () => jump(1),
      k: () => jump(-1),
      n: () => change(1),
      p: () => change(-1),
      o() {
        const roots = sections.map(({ root }) => root);
        const current = roots.findLast((root) => root.getBoundingClientRect().top <= 12) ?? roots[0];
        if (current) sectionOf(current)?.toggle();
      },
      e: () => foldAll(true),
      c: () => foldAll(false),
      '/'() {
        field.focus();
        field.select();
      },
    },
    escape() {
      if (document.activeElement !== field) return;
      field.value = '';
      field.blur();
      void search();
    },
  };
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
