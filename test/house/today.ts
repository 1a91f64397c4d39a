// The figures of the sources as they lie here.
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

/** Every figure by its name. */
export const houseOfToday = (): Record<string, string> =>
  measureHouse(
    read('lib', /\.(ts|mjs|css)$/),
    read('test', /\.(ts|mjs|sh)$|^scenarios\/.*\.txt$/),
    text('lib/README.md'),
  );
