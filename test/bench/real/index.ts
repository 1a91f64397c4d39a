// Does it choose well among real models' work? `npm run bench:real -- choose [--data DIR]`: choosing rules over recorded
// outcomes (DIR/measures.json), in a second.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT } from '../../support/paths.ts';
import { chooseReport } from './choose.ts';
import { readMeasures } from './measures.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: join(PROJECT, '../shared/data/real-patches') },
    verbose: { type: 'boolean', default: false },
  },
});

try {
  if (positionals.join(' ') !== 'choose') throw new Error('npm run bench:real -- choose [--data DIR] [--verbose]');
  const measures = readMeasures(join(values.data, 'measures.json'));
  if (values.verbose) for (const why of measures.skipped) console.error(why);
  for (const line of chooseReport(measures)) console.log(line);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
