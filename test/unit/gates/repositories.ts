// Reads the real repositories' manifests beside it, and what the gate table finds in them; shows both as a table.
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { commandsIn } from '../../support/gate-table.ts';

export interface Judged {
  readonly repository: string;
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  /** Gate → its command. */
  readonly expect: Readonly<Record<string, string>>;
  readonly found: Readonly<Record<string, string>>;
}

const FOLDER = new URL('./repositories/', import.meta.url);

export const repositories = (): readonly Judged[] =>
  readdirSync(FOLDER)
    .sort()
    .map((name) => parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Omit<Judged, 'found'>)
    .map((judged) => ({ ...judged, found: commandsIn(judged.files) }));

/** Repository, gate, expected, found. */
export function tableOf(judged: readonly Judged[]): string {
  const code = (text: string | undefined) => (text === undefined ? '—' : `\`${text.replaceAll('|', '\\|')}\``);
  const rows = judged.flatMap(({ repository, kind, expect, found }) =>
    [...new Set([...Object.keys(expect), ...Object.keys(found)])].map((gate, i) => {
      const same = expect[gate] === found[gate];
      return `| ${i === 0 ? `${repository} (${kind})` : ''} | ${gate} | ${code(expect[gate])} | ${same ? 'the same' : code(found[gate])} |`;
    }),
  );
  return ['| repository | gate | expected | found |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
