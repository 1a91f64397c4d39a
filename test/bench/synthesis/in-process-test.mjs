// Stands in for `node:test` where suites run in one process: only writes down which tests there are.

/** @type {{ name: string, work: () => unknown, file: string }[]} */
export const registered = [];

/** @type {(name: string, work: () => unknown) => void} */
export const test = (name, work) => void registered.push({ name, work, file: '' });
