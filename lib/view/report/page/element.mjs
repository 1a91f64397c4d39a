// Makes elements from names and texts, in the one way that the page has: text never becomes markup, or stays hidden.
import { visible } from './visible.mjs';

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {string} classes
 * @param {readonly (Node | string | null)[]} children
 * @param {Readonly<Record<string, string>>} attributes
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, classes = '', children = [], attributes = {}) {
  const made = document.createElement(name);
  if (classes !== '') made.className = classes;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, visible(value));
  for (const child of children) if (child !== null) made.append(typeof child === 'string' ? visible(child) : child);
  return made;
}

/**
 * @param {string} text
 * @param {() => void} pressed
 * @param {Readonly<Record<string, string>>} attributes
 */
export function button(text, pressed, attributes = {}) {
  const made = element('button', '', [text], { type: 'button', ...attributes });
  made.addEventListener('click', pressed);
  return made;
}

/**
 * The same nodes with a space between neighbours, so that their words stay apart for who listens or copies.
 * @param {readonly (Node | string | null)[]} children
 * @returns {(Node | string)[]}
 */
export function spaced(children) {
  return children.flatMap((child) => (child === null ? [] : [child, ' ']));
}

/** The element of the page with this id. @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}
