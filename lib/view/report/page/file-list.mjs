// The files beside the page, to jump to, and the tools above them: which pass, compared with what, which versions.
import { button, element } from './element.mjs';

/**
 * @typedef {import('../page-data.ts').PagePass} PagePass
 */

/**
 * The list of a pass's files.
 * @param {PagePass} pass
 * @returns {{ readonly root: HTMLElement, readonly items: readonly HTMLElement[] }}
 */
export function fileList(pass) {
  let folder = '';
  /** @type {HTMLElement[]} */
  const items = [];
  const root = element('ul', 'files');
  pass.files.forEach((file, index) => {
    const at = file.path.lastIndexOf('/') + 1;
    const inFolder = file.path.slice(0, at);
    if (inFolder !== folder) root.append(element('li', 'folder', [inFolder], { 'data-folder': inFolder }));
    folder = inFolder;
    const sign = file.versions[0] === null ? ['new', 'new'] : file.pick?.deletes ? ['del', 'deleted'] : null;
    const link = element(
      'a',
      file.pick?.hue ?? '',
      [
        element('span', 'swatch'),
        element('span', 'name', [file.path.slice(at)]),
        sign ? element('span', `sign ${sign[0]}`, [sign[1] ?? '']) : null,
        element('span', 'hits'),
      ],
      { href: `#file-${pass.number}-${index}`, title: file.path },
    );
    const item = element('li', '', [link]);
    items.push(item);
    root.append(item);
  });
  return { root, items };
}

/**
 * What is done when a reader chooses.
 * @typedef {object} Choices
 * @property {(number: number) => void} pass
 * @property {(id: string) => void} pivot
 * @property {(id: string, hidden: boolean) => void} hide
 * @property {(open: boolean) => void} foldAll
 */

/**
 * @param {readonly PagePass[]} passes
 * @param {PagePass} pass
 * @param {{ readonly pivot: string, readonly hidden: ReadonlySet<string> }} view
 * @param {Choices} on
 * @returns {readonly HTMLElement[]}
 */
export function fileTools(passes, pass, view, on) {
  const options = pass.columns.map(({ id, title }) =>
    element('option', '', [title], { value: id, ...(id === view.pivot ? { selected: '' } : {}) }),
  );
  const pivot = element('select', '', options);
  pivot.addEventListener('change', () => on.pivot(pivot.value));
  const boxes = pass.columns.map(({ id, title, hue }) => {
    const box = element('input', '', [], { type: 'checkbox', ...(view.hidden.has(id) ? {} : { checked: '' }) });
    box.addEventListener('change', () => on.hide(id, !box.checked));
    return element('label', `chip ${hue}`, [box, element('span', 'swatch'), title]);
  });
  const choose = element(
    'select',
    '',
    passes.map(({ number }) =>
      element('option', '', [`pass ${number}`], {
        value: String(number),
        ...(number === pass.number ? { selected: '' } : {}),
      }),
    ),
  );
  choose.addEventListener('change', () => on.pass(Number(choose.value)));
  return [
    ...(passes.length > 1 ? [element('label', '', ['Of ', choose])] : []),
    element('label', '', ['Compare with ', pivot]),
    element('fieldset', 'chips', [element('legend', 'unseen', ['Versions shown']), ...boxes]),
    element('span', 'push', [
      button('Unfold all', () => on.foldAll(true)),
      button('Fold all', () => on.foldAll(false)),
    ]),
  ];
}
