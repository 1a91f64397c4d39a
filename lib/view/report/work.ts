// What the models were asked, what they answered, and what it cost: prompts, attempts with their output, tokens.
// Long texts are cut in the middle, and say so.
import { stripVTControlCharacters } from 'node:util';
import { byLine } from '../../core/credits.ts';
import { formatLimit } from '../../core/duration.ts';
import type { Event } from '../../core/events.ts';
import { groupBy } from '../../core/group-by.ts';
import { attemptKey, processEnd } from '../attempts.ts';
import type { EventOf } from '../event-messages.ts';
import { size } from '../session-rows.ts';
import { outcome, usageTable } from '../tables.ts';
import { transcriptOf } from '../transcript.ts';
import { unknownUsage, usageByStep } from '../usage-by-step.ts';
import { type Html, html } from './html.ts';
import { htmlLine, htmlTable } from './html-table.ts';
import type { Participants } from './participants.ts';
import type { Excerpt, ReportSource } from './report-input.ts';

interface Started {
  readonly start: EventOf<'attempt_start'>;
  readonly end: EventOf<'attempt_end'> | null;
}

/** The attempts of all passes: a table, and under it what each was asked and said. Yields as it goes. */
export async function* work(source: ReportSource, participants: Participants): AsyncGenerator<Html> {
  const elsewhere = madeElsewhere(source.events, participants);
  if (elsewhere !== null) yield elsewhere;
  const started = pairs(source.events);
  if (started.length === 0) {
    yield html`<p class="quiet">No model was started.</p>`;
    return;
  }
  yield htmlTable(usage(started), participants);
  const ended = started.flatMap(({ start, end }) => (end ? [{ step: start.step, attempt: end.result }] : []));
  if (ended.length > 0) yield htmlTable(usageByStep(ended), participants);
  yield html`<p class="quiet">${unknownUsage(ended)}</p>`;
  for (const { number } of source.record.passes) {
    const folder = `pass-${String(number).padStart(4, '0')}`;
    const prompts = (await source.list(folder)).filter((path) => /\/prompt[^/]*\.md$/.test(path));
    const of = source.record.passes.length > 1 ? ` of pass ${number}` : '';
    if (prompts.length > 0) yield html`<h3>Prompts${of}</h3>`;
    for (const path of prompts) yield text(path.slice(folder.length + 1), await source.excerpt(path), path);
  }
  yield html`<h3>What they said</h3>`;
  for (const each of started) yield await attempt(each, source, participants);
}

/** Whose candidates came from elsewhere, and who wrote them. */
function madeElsewhere(events: readonly Event[], { title }: Participants): Html | null {
  const items = events.flatMap((event) => {
    if (event.type !== 'candidate' || !event.made_by) return [];
    const { from, author, credits } = event.made_by;
    const by = byLine(author, credits);
    return [html`<li>${title(event.id)}: <code>${from}</code>${by && `, ${by}`}</li>`];
  });
  return items.length === 0 ? null : html`<ul class="notes">${items}</ul>`;
}

/** Starts with their ends; of two that look the same the first start is the first end's. */
function pairs(events: readonly Event[]): readonly Started[] {
  const ends = groupBy(
    events.filter((event) => event.type === 'attempt_end'),
    attemptKey,
  );
  return events.flatMap((start) =>
    start.type === 'attempt_start' ? [{ start, end: ends.get(attemptKey(start))?.shift() ?? null }] : [],
  );
}

const tries = ({ pass, attempt }: Started['start']): string =>
  (pass > 1 ? `, pass ${pass}` : '') + (attempt > 1 ? `, try ${attempt}` : '');

const usage = (started: readonly Started[]) =>
  usageTable(
    started.map(({ start, end }) => ({
      slot: start.slot,
      step: start.step + tries(start),
      backend: start.backend,
      attempt: end?.result ?? null,
      ...(end ? { end: processEnd(end.result) } : {}),
    })),
  );

async function attempt({ start, end }: Started, source: ReportSource, participants: Participants): Promise<Html> {
  // the folder may have been moved since
  const inSession = (file: string) => /\/(pass-\d+\/[^/]+\/[^/]+)$/.exec(file)?.[1] ?? file;
  const [output, stderr] = await Promise.all([
    source.excerpt(inSession(start.output)),
    source.excerpt(inSession(start.stderr)),
  ]);
  const command = start.command
    .map((word) => (word.length > 300 ? `${word.slice(0, 300)} … (${word.length} characters)` : word))
    .join(' ');
  const who = html`<span class="swatch"></span><strong>${participants.title(start.slot)}</strong>`;
  const how = html`${start.step}${tries(start)} with <code>${start.backend}</code>`;
  return html`<details class="attempt ${participants.hue(start.slot)}">
<summary>${who} ${how} ${htmlLine([outcome(end?.result ?? null)], participants)}</summary>
${end?.why ? html`<p>${end.why}</p>` : null}
<p class="quiet"><code>${command}</code> limit ${formatLimit(start.limit_ms)}</p>
${text('Output', readable(output, start.output), inSession(start.output), true)}
${text('Standard error', stderr, inSession(start.stderr), false)}</details>`;
}

/** Of lines of JSON what they say to people; what is no JSON, or says nothing to them, stays as it is. */
function readable(excerpt: Excerpt | null, file: string): Excerpt | null {
  if (excerpt === null || !file.endsWith('.raw')) return excerpt;
  const told = ({ head, tail }: Excerpt) => ({ head: transcript(head), tail: transcript(tail) });
  const { head, tail } = told(excerpt);
  return head === '' ? excerpt : { ...excerpt, head, tail };
}

function transcript(lines: string): string {
  const said = lines.split('\n').flatMap((line) => {
    try {
      return transcriptOf(JSON.parse(line));
    } catch {
      return []; // cut, or no JSON
    }
  });
  return said.filter((line, i) => line !== said[i - 1]).join('\n');
}

/** A text of the session; `open` as it stands there. */
function text(name: string, excerpt: Excerpt | null, path: string, open = false): Html {
  if (excerpt === null || excerpt.bytes === 0) return html`<p class="quiet">${name}: nothing</p>`;
  const plain = (part: string) => stripVTControlCharacters(part);
  const left = html`${size(excerpt.left)} left out here; all of it: <code>${path}</code>`;
  const cut = html`<p class="cut" role="note">${left}</p><pre>${plain(excerpt.tail)}</pre>`;
  const summary = html`<summary>${name} <span class="quiet">${size(excerpt.bytes)}</span></summary>`;
  const inside = html`${summary}<pre>${plain(excerpt.head)}</pre>${excerpt.left > 0 ? cut : null}`;
  return open ? html`<details open>${inside}</details>` : html`<details>${inside}</details>`;
}
