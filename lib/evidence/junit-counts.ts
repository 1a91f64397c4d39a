// Counts the tests of a JUnit XML report that a gate prints: its test cases, else the numbers of its suites.
import type { Counts } from './evidence.ts';

const TAG = /<(\/?)(testsuite|testcase|failure|error|skipped)\b([^>]{0,2000})/g;

export class JunitCounts {
  readonly #cases = { passed: 0, failed: 0 };
  readonly #suites = { total: 0, failed: 0 };
  #seen = false;
  /** How the test case that is being read ended so far; null: none is. */
  #open: 'passed' | 'failed' | 'skipped' | null = null;

  take(text: string): void {
    if (!text.includes('<') || (!this.#seen && !text.includes('<testsuite'))) return;
    this.#seen = true;
    for (const [, closing, tag, attributes] of text.matchAll(TAG)) {
      if (closing) {
        if (tag === 'testcase') this.#close();
      } else if (tag === 'testsuite') this.#suite(attributes!);
      else if (tag === 'testcase') {
        this.#close();
        this.#open = 'passed';
        if (attributes!.endsWith('/')) this.#close();
      } else if (this.#open !== null && this.#open !== 'failed') this.#open = tag === 'skipped' ? 'skipped' : 'failed';
    }
  }

  /** Null: there was no such report. */
  result(): Counts | null {
    this.#close();
    const { passed, failed } = this.#cases;
    if (passed + failed > 0) return { passed, failed };
    const { total } = this.#suites;
    return total > 0 ? { passed: Math.max(0, total - this.#suites.failed), failed: this.#suites.failed } : null;
  }

  #close(): void {
    if (this.#open === 'passed') this.#cases.passed++;
    if (this.#open === 'failed') this.#cases.failed++;
    this.#open = null;
  }

  #suite(attributes: string): void {
    const value = (name: string) => Number(new RegExp(`\\b${name}="(\\d{1,9})"`).exec(attributes)?.[1] ?? 0);
    this.#suites.total += value('tests');
    this.#suites.failed += value('failures') + value('errors');
  }
}
