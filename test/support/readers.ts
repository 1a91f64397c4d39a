// How the shipped table reads outputs, without a recipe around it.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { OutputReader } from '../../lib/core/gate-rules.ts';
import type { Counts, FailingTest } from '../../lib/evidence/evidence.ts';
import { failuresWith } from '../../lib/evidence/failing-tests.ts';
import { digestOf, type OutputDigest } from '../../lib/evidence/output-digest.ts';

const NONE: OutputReader = { counts: [], lines: [], failing: [], apart: [], before: [], missing: [] };

const written = parse(readFileSync(new URL('../../recipes/gates.yaml', import.meta.url), 'utf8')).readers as Readonly<
  Record<string, Partial<OutputReader>>
>;

/** The shipped table of readers. */
export const readers: Readonly<Record<string, OutputReader>> = Object.fromEntries(
  Object.entries(written).map(([name, row]) => [name, { ...NONE, ...row }]),
);

export const digest = (output: string): OutputDigest => digestOf(output, readers);
export const testCounts = (output: string): Counts | null => digest(output).counts;
export const failingTests = (output: string, paths: readonly string[] = []): FailingTest[] =>
  failuresWith(digest(output).failing, paths);
