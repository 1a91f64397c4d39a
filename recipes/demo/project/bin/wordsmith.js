#!/usr/bin/env node
import { titleCase, truncate } from '../src/index.js';

const commands = {
  title: (text) => titleCase(text),
  truncate: (length, text) => truncate(text, Number(length)),
};

const [name, ...words] = process.argv.slice(2);
if (!Object.hasOwn(commands, name ?? '') || words.length === 0) {
  console.error(`usage: wordsmith ${Object.keys(commands).join('|')} text`);
  process.exit(2);
}
console.log(commands[name](...words));
