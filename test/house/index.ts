// `npm run measure:house`: the figures of lib/ and test/, so that anyone can repeat them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../support/paths.ts';
import { measureHouse, type Source } from './measure.ts';

const text = (path: string) => readFileSync(join(PROJECT, path), 'utf8');

const read = (folder: string, pattern: RegExp): Source[] =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .sort()
    .map((file) => ({ file: `${folder}/${file}`, lines: text(`${folder}/${file}`).replace(/\n$/, '').split('\n') }));

const house = measureHouse(read('lib', /\.(ts|mjs|css)$/), read('test', /\.(ts|mjs|sh)$/), text('lib/README.md'));
// as `| head` does it
process.stdout.on('error', () => process.exit());
for (const [figure, value] of Object.entries(house)) console.log(`${figure.padEnd(46)} ${value}`);
