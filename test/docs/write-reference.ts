// `npm run docs`: writes the reference part of recipes/README.md anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { executors } from '../../lib/steps/index.ts';
import { PROJECT } from '../support/paths.ts';
import { withReference } from './reference.ts';

const file = join(PROJECT, 'recipes/README.md');
const text = withReference(readFileSync(file, 'utf8'), executors);
writeFileSync(file, text);
console.log(`${file}: ${text.length} characters`);
