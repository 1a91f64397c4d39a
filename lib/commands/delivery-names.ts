// What the templates of a delivery call by name: plain texts, for the message of a commit and beside it. Computed from
// the record when they are asked for.
import { inDollars } from '../core/budget.ts';
import { INTEGRATED } from '../core/candidate.ts';
import { harmlessLine, subjectOf } from '../core/delivery.ts';
import type { Json } from '../core/json.ts';
import type { PassRecord } from '../core/session-record.ts';
import type { Run } from '../steps/run-context.ts';
import { proofOf } from '../steps/tree-verdict.ts';
import { allAttempts, count, sumOf } from '../view/attempts.ts';
import { fromTitle, type Titles } from '../view/titles.ts';

const MOST_FILES = 100;

/** @param pass the one whose plan is delivered */
export function deliveryNames(run: Run, pass: PassRecord | undefined, titles: Titles): Record<string, Json> {
  const { delivered } = run.record;
  return {
    wanted: run.options?.delivery !== undefined,
    subject: subjectOf(run.task ?? ''),
    files: files(pass, titles),
    gates: gates(run, pass),
    cost: cost(run),
    trailers: trailers(run, pass).join('\n'),
    branch: delivered?.branch ?? '',
    commit: delivered?.commit ?? '',
    where: !delivered?.remote ? '' : `\n\nPushed to ${delivered.remote}${delivered.url ? `: ${delivered.url}` : '.'}`,
  };
}

/** What came from whom. */
function files(pass: PassRecord | undefined, titles: Titles): string {
  const all = pass?.plan?.files ?? [];
  const lines = all.slice(0, MOST_FILES).map(({ path, from, action }) => {
    const gone = action === 'delete' ? 'deleted, ' : '';
    return `- ${shown(path)}: ${gone}${harmlessLine(fromTitle(from, titles))}`;
  });
  return [...lines, ...(all.length > MOST_FILES ? [`- and ${all.length - MOST_FILES} more`] : [])].join('\n');
}

/** How the gates ended where the result was proven. */
function gates(run: Run, pass: PassRecord | undefined): string {
  const proof = Object.values(proofOf(pass, pass?.plan?.tree ?? ''));
  const said = proof.map(({ gate, state }) => `${harmlessLine(run.gates[gate]?.title ?? gate)}: ${state}`);
  return said.length === 0 ? 'No quality gates were run on it.' : `Quality gates: ${said.join(', ')}`;
}

function cost({ record }: Run): string {
  const attempts = allAttempts(record);
  if (attempts.length === 0) return '';
  if (attempts.every(({ usage }) => usage === null)) return 'Tokens and price: not reported.';
  const sum = (what: 'input_tokens' | 'output_tokens' | 'cost_usd') =>
    sumOf(attempts, ({ usage }) => usage?.[what]) ?? 0;
  const open = attempts.filter(({ usage }) => usage === null || usage.cost_usd === null).length;
  const tokens = `${count(sum('input_tokens'))} tokens read, ${count(sum('output_tokens'))} written`;
  const price = open === attempts.length ? 'price unknown' : inDollars(sum('cost_usd'));
  const rest = open > 0 && open < attempts.length ? ` and that of ${open} calls, which is unknown` : '';
  return `${tokens}, ${price}${rest}`;
}

/** Whose work is in the result: each model with its CLI and version, and the authors of what was there already. */
function trailers(run: Run, pass: PassRecord | undefined): readonly string[] {
  const all = pass?.plan?.files.flatMap(({ from }) => from.split('+')) ?? [];
  const mended = all.includes(INTEGRATED) ? (run.primary(pass!.number)?.slot.id ?? '') : '';
  const said = (name: string) => run.repository.settings.get(`user.${name}`) ?? '';
  const self = hasAuthors(pass) ? `${said('name')} <${said('email')}>` : '';
  const hands = [...new Set(all.map((id) => (id === INTEGRATED ? mended : id)))];
  return hands.flatMap((id) => {
    const author = pass?.models[id]?.made_by?.author;
    if (author) return AUTHOR.test(author) && author !== self ? [`Co-authored-by: ${author}`] : [];
    const participant = run.participants.get(id);
    if (!participant || participant.backends.length === 0) return [];
    const cli = pass?.models[id]?.attempts.at(-1)?.backend ?? participant.backends[participant.current]?.cli ?? '';
    const name = [cli, run.versions.get(cli) ?? ''].join(' ').trim();
    return [`Generated-by: ${harmlessLine(`${participant.slot.title} (${name})`)}`];
  });
}

const hasAuthors = (pass: PassRecord | undefined): boolean =>
  Object.values(pass?.models ?? {}).some(({ made_by }) => made_by !== undefined);

/** One line, as git writes authors. */
const AUTHOR = /^[^<>\p{Cc}]+ <[^<>\s\p{Cc}]+>$/u;

const shown = (path: string): string => (/^[\x21-\x7e]+$/.test(path) ? path : JSON.stringify(path));
