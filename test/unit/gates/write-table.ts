// Writes repositories.md: which gates are found in real repositories, beside those that their maintainers run.
import { writeFileSync } from 'node:fs';
import { repositories, tableOf } from './repositories.ts';

const all = repositories();
const right = all.filter(({ expect, found }) => JSON.stringify(expect) === JSON.stringify(found)).length;
const text = `# Gates found in real repositories

Their manifests are in [repositories/](repositories/), trimmed: the first line of each says which were read, at which commit; all
other files there are short stand-ins. Expected is what maintainers run by these, judged before the finder saw them: ${right} of
${all.length} are found as expected. Written by \`npx tsx test/unit/gates/write-table.ts\`.

${tableOf(all)}`;
writeFileSync(new URL('./repositories.md', import.meta.url), text);
