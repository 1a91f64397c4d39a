// The linter gate: exported functions are documented, tested and in the README's list.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const modules = readdirSync(new URL('../src/', import.meta.url)).filter((name) => name !== 'index.js');

for (const name of modules) {
  if (!/\*\/\nexport function/.test(read(`src/${name}`))) complain(`src/${name}: the function has no doc comment`);
  if (!read('src/index.js').includes(`./${name}`)) complain(`src/index.js: does not export src/${name}`);
  const test = `test/${name.replace(/\.js$/, '.test.js')}`;
  if (!existsSync(new URL(`../${test}`, import.meta.url))) complain(`src/${name}: has no ${test}`);
}

for (const [, name] of read('src/index.js').matchAll(/export \{ (\w+) \}/g)) {
  if (!read('README.md').includes(`\`${name}(`)) complain(`README.md: \`${name}\` is missing from the list`);
}

function complain(message) {
  console.error(message);
  process.exitCode = 1;
}
