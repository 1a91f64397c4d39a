// Runs test suites one after the other in one process, for speed: a child that is told a folder and answers with what Node's
// test runner would print for its tests (test/, by the same reporter). verify.ts holds it to that.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tap } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { registered } from './in-process-test.mjs';

/**
 * @param {any[]} events
 * @returns {AsyncGenerator<any, void>}
 */
async function* toStream(events) {
  yield* events;
}

/** @param {string} dir */
async function run(dir) {
  const folder = join(dir, 'test');
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    const before = registered.length;
    try {
      await import(pathToFileURL(file).href);
    } catch (error) {
      const broken = () => {
        throw error;
      };
      registered.push({ name: `test/${name}`, work: broken, file });
    }
    for (const each of registered.slice(before)) each.file = file;
  }
  /** @type {any[]} */
  const events = [];
  for (const { name, work, file } of registered.splice(0)) {
    const place = { name, nesting: 0, testNumber: events.length + 1, file, line: 1, column: 1 };
    try {
      await work();
      events.push({ type: 'test:pass', data: { ...place, details: { duration_ms: 1 } } });
    } catch (cause) {
      const error = Object.assign(new Error('failed', { cause }), {
        code: 'ERR_TEST_FAILURE',
        failureType: 'testCodeFailure',
      });
      events.push({ type: 'test:fail', data: { ...place, details: { duration_ms: 1, error } } });
    }
  }
  const failed = events.filter(({ type }) => type === 'test:fail').length;
  const totals = [`tests ${events.length}`, `pass ${events.length - failed}`, `fail ${failed}`];
  const said = totals.map((message) => ({ type: 'test:diagnostic', data: { nesting: 0, message } }));
  let output = '';
  for await (const words of tap(toStream([...events, ...said]))) output += words;
  return { exitCode: failed > 0 ? 1 : 0, output };
}

process.on('message', async (/** @type {string} */ dir) => process.send?.(await run(dir)));
