// Moving about: from file to file and from change to change, and the keys for all of it.
import { byId } from './element.mjs';

/**
 * The first of these, in the page's order, that begins below (or the last that begins above) what is at the top.
 * @template {Element} T
 * @param {readonly T[]} all
 * @param {1 | -1} way
 * @param {number} line where the top is, in pixels: as far down as scrolling brings such an element
 * @returns {T | undefined}
 */
export function beside(all, way, line) {
  const top = (/** @type {T} */ each) => each.getBoundingClientRect().top;
  let [low, high] = [0, all.length];
  // all of them lie below one another: the first that is below the top is found by halving
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = /** @type {T} */ (all[middle]);
    if (way === 1 ? top(each) > line + 2 : top(each) >= line - 2) high = middle;
    else low = middle + 1;
  }
  return way === 1 ? all[low] : all[low - 1];
}

/** @param {Element | undefined} target */
export function goTo(target) {
  if (!target) return;
  target.scrollIntoView({ block: 'start' });
  if (target instanceof HTMLElement) {
    const focus = target.querySelector('.fold-file');
    if (focus instanceof HTMLElement) focus.focus({ preventScroll: true });
  }
}

/**
 * @param {Readonly<Record<string, () => void>>} keys what each key does outside of fields
 * @param {() => void} leave
 */
export function listenToKeys(keys, leave) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') return leave();
    const field =
      event.target instanceof HTMLElement && event.target.matches('input:not([type=checkbox]), select, textarea');
    const act = keys[event.key];
    if (field || !act || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    act();
  });
}

/** Light, dark, and what the system says: a press changes what is seen. */
export function themeSwitch() {
  const root = document.documentElement;
  const shown = byId('theme');
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = () => {
    shown.textContent = isDark() ? 'Light' : 'Dark';
    shown.setAttribute('aria-pressed', String(root.dataset.theme !== undefined));
  };
  const turn = () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    show();
  };
  system.addEventListener('change', show);
  shown.addEventListener('click', turn);
  show();
  return turn;
}
