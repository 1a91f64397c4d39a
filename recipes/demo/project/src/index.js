export { titleCase } from './title-case.js';
export { truncate } from './truncate.js';
