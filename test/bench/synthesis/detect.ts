// Which tests notice which faults, found by running them: authors run their own tests before they hand in.

import { digest } from '../../support/readers.ts';
import type { Fault, Project } from './project.ts';
import type { Runner } from './runner.ts';
import { stem, testFile, withFaults } from './write.ts';

/** For each fault the names of the tests that fail because of it. */
export type Detection = ReadonlyMap<Fault, ReadonlySet<string>>;

/** The right version of a project with its index. */
export function rightTree(project: Project): Map<string, string> {
  const tree = new Map(Object.entries(project.files).map(([path, { right }]) => [path, right]));
  const lines = Object.entries(project.files).map(
    ([path, { exports }]) => `export { ${exports.join(', ')} } from './${stem(path)}.js';\n`,
  );
  return tree.set('src/index.js', lines.join(''));
}

/** Runs all tests that an author may write against each of its faults. */
export async function detect(project: Project, runner: Runner): Promise<Detection> {
  const right = rightTree(project);
  const rows = Object.entries(project.files).flatMap(([path, file]) =>
    file.faults.map(async (fault) => {
      const tests = testFile(file.exports, '../src/index.js', [...file.likely, ...file.corners]);
      const { text } = withFaults(file, [fault]);
      const run = await runner.run(new Map([...right, [path, text], ['test/all.js', tests]]));
      return [fault, new Set(digest(run.output).failing.map(({ name }) => name))] as const;
    }),
  );
  return new Map(await Promise.all(rows));
}
