// The top of the report: what was asked, how it ended, and the few numbers that people look for first.

import { inWords, unknownCalls } from '../../core/budget.ts';
import { BASE } from '../../core/candidate.ts';
import { formatClock } from '../../core/duration.ts';
import type { Event, SessionStatus } from '../../core/events.ts';
import { isMeasured, passes } from '../../core/gate-states.ts';
import { groupBy } from '../../core/group-by.ts';
import { one } from '../../core/messages/wording.ts';
import type { SessionRecord } from '../../core/session-record.ts';
import { allAttempts, count, money, sumOf } from '../attempts.ts';
import { fromTitle } from '../titles.ts';
import { type Html, html } from './html.ts';
import { hueOf, type Participants } from './participants.ts';

const OUTCOMES: Readonly<Record<SessionStatus, string>> = {
  completed: 'Completed',
  failed: 'Failed',
  declined: 'Declined',
  interrupted: 'Interrupted',
  recovered: 'Taken back',
  in_progress: 'Not ended',
};

export function summary(record: SessionRecord, events: readonly Event[], participants: Participants): Html {
  const task = events.find((event) => event.type === 'session_start')?.task ?? record.prompt_summary;
  const started = Date.parse(record.created_at);
  const ended = Date.parse(record.completed_at ?? events.at(-1)?.at ?? record.updated_at);
  const long = task.trim() !== record.prompt_summary.trim();
  const commit = html`${record.branch ?? 'detached'} at <code>${record.ref.slice(0, 10)}</code>`;
  const clock = record.created_at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  const time = html`<time datetime="${record.created_at}">${clock}</time>`;
  const status = html`<span class="status ${record.status}">${OUTCOMES[record.status]}</span>`;
  return html`<header class="top">
<p class="eyebrow"><span class="name">mm ${record.command}</span>${status}</p>
<h1>${record.prompt_summary || 'A run'}</h1>
<p class="where"><span>${repositoryName(record.repository)}</span><span>${commit}</span><span>${time}</span></p>
${long ? html`<details class="task"><summary>The whole task</summary><pre>${task}</pre></details>` : null}
${record.failure ? failed(record.failure) : null}
</header>
<section id="summary" aria-labelledby="summary-head"><h2 id="summary-head" class="unseen">Summary</h2>
<dl class="tiles">${tiles(record, formatClock(ended - started))}</dl>
${shares(record, participants)}
</section>`;
}

const repositoryName = (path: string): string => path.split('/').at(-1) || path;

const failed = ({ what, remedy }: NonNullable<SessionRecord['failure']>): Html =>
  html`<div class="callout" role="note"><p>${what}</p>
${remedy.length > 0 ? html`<ul>${remedy.map((line) => html`<li>${line}</li>`)}</ul>` : null}</div>`;

function tiles(record: SessionRecord, time: string): Html[] {
  const attempts = allAttempts(record);
  const plan = record.passes.at(-1)?.plan;
  const files = (record.result?.files ?? plan?.files ?? []).filter(({ from }) => from !== BASE).length;
  const gates = Object.values(record.result?.gates ?? {});
  const passed = gates.filter(passes).length;
  const failed = gates.some((state) => isMeasured(state) && !passes(state));
  const read = sumOf(attempts, (a) => a.usage?.input_tokens);
  const written = sumOf(attempts, (a) => a.usage?.output_tokens);
  const part = Object.values(record.models).filter(({ status }) => status === 'available').length;
  const all = passed === gates.length;
  const gate = all ? 'all pass' : failed ? 'not all pass' : 'not all could be run';
  const several = record.passes.length === 1 ? 'pass' : 'passes';
  const rounds = `${record.passes.length} ${several}, ${one(attempts.length, 'start')}`;
  const tokens = read === null ? 'not reported by the CLIs' : `${count(read)} in, ${count(written)} out`;
  const told = attempts.some((a) => a.usage?.cost_usd) ? 'as far as the CLIs report it' : 'not reported by the CLIs';
  const { budget, spent } = record;
  const open = spent && budget ? unknownCalls(spent) : '';
  const limits = budget ? `; budget: ${inWords(budget)}` : '';
  const cost = told + limits + (open && `; unknown: ${open}`);
  const applied = record.result !== null;
  return [
    tile(
      `Files in the ${applied ? 'result' : 'plan'}`,
      `${files}`,
      applied ? placed(record.delivered) : 'nothing was applied',
    ),
    gates.length > 0
      ? tile('Gates of the result', `${passed} / ${gates.length}`, gate, all ? 'good' : failed ? 'bad' : '')
      : tile('Gates of the result', '—', 'none ran'),
    tile('Models', `${part}`, rounds),
    tile('Time', time, 'from start to end'),
    tile('Tokens', compact(read, written), tokens),
    tile('Cost', money(sumOf(attempts, (a) => a.usage?.cost_usd)), cost),
  ];
}

const placed = (delivered: SessionRecord['delivered']): string =>
  delivered ? `on the branch ${delivered.branch}` : 'in the working tree';

const tile = (name: string, value: string, note: string, tone = '') =>
  html`<div class="tile ${tone}"><dt>${name}</dt>
<dd><span class="value">${value}</span> <span class="note">${note}</span></dd></div>`;

function compact(read: number | null, written: number | null): string {
  if (read === null && written === null) return '—';
  const sum = (read ?? 0) + (written ?? 0);
  if (sum < 10_000) return count(sum);
  return sum < 1_000_000 ? `${Math.round(sum / 1000)} k` : `${(sum / 1_000_000).toFixed(1)} M`;
}

/** What came from whom, as one bar. */
function shares(record: SessionRecord, participants: Participants): Html | null {
  const files = (record.result?.files ?? record.passes.at(-1)?.plan?.files ?? []).filter(({ from }) => from !== BASE);
  if (files.length === 0) return null;
  const by = groupBy(files, ({ from }) => from);
  const parts = [...by].map(([from, { length }]) => [from, length] as const).sort((a, b) => b[1] - a[1]);
  let at = 0;
  const bars = parts.map(([from, number]) => {
    const width = (number / files.length) * 100;
    const [x, drawn] = [at.toFixed(2), Math.max(0.2, width - 0.3).toFixed(2)];
    const bar = html`<rect class="${hueOf(from, participants)}" x="${x}%" width="${drawn}%" height="12" rx="2"/>`;
    at += width;
    return bar;
  });
  const lines = parts.map(([from, number]) => {
    const title = html`<span class="swatch"></span><strong>${fromTitle(from, participants.titles)}</strong>`;
    return html`<li class="${hueOf(from, participants)}">${title} ${one(number, 'file')}</li>`;
  });
  return html`<div class="shares"><h3>${record.result ? 'What came from whom' : 'What the plan takes from whom'}</h3>
<svg class="share" width="100%" height="12" aria-hidden="true">${bars}</svg><ul>${lines}</ul></div>`;
}
