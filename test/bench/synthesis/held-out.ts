// The held-out tests of a project: every probe must give what it gives with the right version, which lies beside it.
// No author has them, and no strategy sees what they say.
import { rightTree } from './detect.ts';
import type { Project } from './project.ts';
import type { Tree } from './trees.ts';
import { stem, testFile } from './write.ts';

const OUTCOME = `async function outcome(probe, names) {
  try {
    return { gives: await probe(names) };
  } catch (error) {
    return { throws: error.constructor.name };
  }
}
`;

/** Test files, and the right version under `right/`: to be laid over a tree without its own tests. */
export function heldOutTests(project: Project): Tree {
  const tree = new Map([...rightTree(project)].map(([path, text]) => [path.replace(/^src\//, 'right/'), text]));
  for (const [path, { exports, existing, heldOut }] of Object.entries(project.files)) {
    const names = `{ ${exports.join(', ')} }`;
    const probes = heldOut.map((probe, index) => ({
      name: `${stem(path)}, held out ${index + 1}`,
      code: `const probe = (${names}) => ${probe};\n  assert.deepEqual(await outcome(probe, given), await outcome(probe, right));`,
    }));
    const text = testFile(exports, '../src/index.js', [...existing, ...probes]);
    const imports = "import * as given from '../src/index.js';\nimport * as right from '../right/index.js';\n";
    tree.set(`test/${stem(path)}.heldout.js`, `${imports}${text}\n${OUTCOME}`);
  }
  return tree;
}
