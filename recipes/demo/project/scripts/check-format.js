// The formatter gate: two spaces, single quotes, no trailing blanks, one line end at the end. It only looks.
import { readdirSync, readFileSync } from 'node:fs';

const MISTAKES = [
  [/^ *\t/, 'indented with a tab'],
  [/[ \t]+$/, 'blanks at the end'],
  [/^[^'`/*]*"/, 'double quotes'],
];

const files = ['bin', 'scripts', 'src', 'test'].flatMap((folder) =>
  readdirSync(new URL(`../${folder}/`, import.meta.url)).map((name) => `${folder}/${name}`),
);

for (const file of files) {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  for (const [index, line] of text.split('\n').entries()) {
    const mistake = MISTAKES.find(([pattern]) => pattern.test(line));
    if (mistake) complain(`${file}:${index + 1}: ${mistake[1]}`);
  }
  if (!/[^\n]\n$/.test(text)) complain(`${file}: should end with one line end`);
}

function complain(message) {
  console.error(message);
  process.exitCode = 1;
}
