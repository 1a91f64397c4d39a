// `npm run schema`: writes the files that are made from the executors' schemas.
import { writeFileSync } from 'node:fs';
import { executors } from '../../lib/steps/index.ts';
import { schemaFiles } from './schema-files.ts';

for (const { file, text } of schemaFiles(executors)) {
  writeFileSync(file, text);
  console.log(`${file}: ${text.length} characters`);
}
