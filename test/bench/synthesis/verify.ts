// Holds the benchmark to its own word: right versions pass every test, every fault fails the held-out tests, no author can
// write one of those, every misunderstanding passes exactly with its fault, and suites that run in one process end as by Node's
// test runner. Run by `npm run bench:synthesis -- --verify`.
import { digest } from '../../support/readers.ts';
import { rightTree } from './detect.ts';
import { heldOutTests } from './held-out.ts';
import { projects } from './projects/index.ts';
import { Runner } from './runner.ts';
import type { Tree } from './trees.ts';
import { testFile, withFaults } from './write.ts';

/** Code without what makes no difference. */
const bare = (code: string): string => code.replace(/\s+/g, '');

/** What the program would read from a run of a tree's tests. */
async function read(runner: Runner, tree: Tree): Promise<string> {
  const { output, ...ended } = await runner.run(tree);
  const { counts, failing } = digest(output);
  return JSON.stringify({ ...ended, counts, failing: failing.map(({ name }) => name) });
}

/** Every way in which a project breaks its promises, as sentences. */
export async function verify(runner: Runner): Promise<string[]> {
  const wrong: string[] = [];
  const byNode = new Runner(null, true);
  for (const project of projects) {
    const right = rightTree(project);
    const heldOut = heldOutTests(project);
    const known = Object.values(project.files)
      .flatMap(({ existing, likely, corners, faults }) => [
        ...existing,
        ...likely,
        ...corners,
        ...faults.flatMap(({ belief }) => belief ?? []),
      ])
      .map(({ code }) => bare(code));
    for (const [path, file] of Object.entries(project.files))
      for (const probe of file.heldOut)
        if (known.some((code) => code.includes(bare(probe))))
          wrong.push(`${project.name} ${path}: an author may write the held-out test ${probe}`);
    const whole = await runner.run(new Map([...right, ...heldOut]));
    if (whole.exitCode !== 0) wrong.push(`${project.name}: the right version fails\n${whole.output.slice(0, 3000)}`);
    for (const [path, file] of Object.entries(project.files)) {
      for (const fault of file.faults) {
        const { text, made } = withFaults(file, [fault]);
        if (made.length === 0 || text === file.right)
          wrong.push(`${project.name} ${path}: "${fault.name}" changes nothing`);
        const faulty = new Map([...right, [path, text] as const]);
        const all = testFile(file.exports, '../src/index.js', [...file.likely, ...file.corners]);
        const tested = new Map([...faulty, ['test/all.js', all] as const]);
        const [quick, real] = [await read(runner, tested), await read(byNode, tested)];
        if (quick !== real) wrong.push(`${project.name} ${path}: "${fault.name}" gives ${quick}, by Node ${real}`);
        if ((await runner.run(new Map([...faulty, ...heldOut]))).exitCode === 0)
          wrong.push(`${project.name} ${path}: "${fault.name}" passes the held-out tests`);
        if (!fault.belief) continue;
        const belief = ['test/belief.js', testFile(file.exports, '../src/index.js', [fault.belief])] as const;
        if ((await runner.run(new Map([...faulty, belief]))).exitCode !== 0)
          wrong.push(`${project.name} ${path}: the belief of "${fault.name}" fails with it`);
        if ((await runner.run(new Map([...right, belief]))).exitCode === 0)
          wrong.push(`${project.name} ${path}: the belief of "${fault.name}" is right`);
      }
    }
  }
  await byNode.close();
  return wrong;
}
