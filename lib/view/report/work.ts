// What the models were asked, what they answered, and what it cost: prompts, attempts with their output, tokens.
// Long texts are cut in the middle, and say so.
import { stripVTControlCharacters } from 'node:util';
import { formatLimit } from '../../core/duration.ts';
import type { Attempt, Event } from '../../core/event.ts';
import { FIGURES, processEnd, usageFigures } from '../attempts.ts';
import { size } from '../session-rows.ts';
import { type Html, html } from './html.ts';
import { who } from './matrices.ts';
import type { Participants } from './participants.ts';
import type { Excerpt, ReportSource } from './source.ts';

interface Started {
  readonly start: Extract<Event, { type: 'attempt_start' }>;
  readonly end: Extract<Event, { type: 'attempt_end' }> | null;
}

/** The attempts of all passes: a table, and under it what each was asked and said. Yields as it goes. */
export async function* work(source: ReportSource, participants: Participants): AsyncGenerator<Html> {
  const started = pairs(source.events);
  if (started.length === 0) {
    yield html`<p class="quiet">No model was started.</p>`;
    return;
  }
  yield usage(started, participants);
  for (const { number } of source.record.passes) {
    const folder = `pass-${String(number).padStart(4, '0')}`;
    const prompts = (await source.list(folder)).filter((path) => /\/prompt[^/]*\.md$/.test(path));
    if (prompts.length > 0) yield html`<h3>Prompts${source.record.passes.length > 1 ? ` of pass ${number}` : ''}</h3>`;
    for (const path of prompts) yield text(path.slice(folder.length + 1), await source.excerpt(path), path);
  }
  yield html`<h3>What they said</h3>`;
  for (const each of started) yield await attempt(each, source, participants);
}

/** Starts with their ends; of two that look the same the first start is the first end's. */
function pairs(events: readonly Event[]): readonly Started[] {
  const ends = events.filter((event) => event.type === 'attempt_end');
  const used = new Set<Event>();
  return events.flatMap((start) => {
    if (start.type !== 'attempt_start') return [];
    const end =
      ends.find(
        (each) =>
          !used.has(each) &&
          each.pass === start.pass &&
          each.slot === start.slot &&
          each.lane === start.lane &&
          each.step === start.step &&
          each.attempt === start.attempt,
      ) ?? null;
    if (end) used.add(end);
    return [{ start, end }];
  });
}

const outcome = (result: Attempt | undefined): Html =>
  result === undefined
    ? html`<span class="mark bad">not ended</span>`
    : result.failure
      ? html`<span class="mark bad">${result.failure}</span>`
      : html`<span class="mark good">ok</span>`;

function usage(started: readonly Started[], participants: Participants): Html {
  const results = started.flatMap(({ end }) => (end ? [end.result] : []));
  const figures = (results: readonly Attempt[]) =>
    (results.length > 0 ? usageFigures(results) : FIGURES.map(() => '—')).map(
      (figure) => html`<td class="number">${figure}</td>`,
    );
  const rows = started.map(
    ({ start, end }) =>
      html`<tr><th scope="row">${who(start.slot, participants)}</th><td>${start.step}${start.pass > 1 ? `, pass ${start.pass}` : ''}${start.attempt > 1 ? `, try ${start.attempt}` : ''}</td><td><code>${start.backend}</code></td><td>${outcome(end?.result)} ${end ? html`<span class="quiet">${processEnd(end.result)}</span>` : null}</td>${figures(end ? [end.result] : [])}</tr>`,
  );
  const total = html`<tr><th scope="row">Together</th><td></td><td></td><td></td>${usageFigures(results).map((figure) => html`<td class="number">${figure}</td>`)}</tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Attempts, tokens and costs"><table><caption class="unseen">Every start of a model, with time, tokens and costs</caption><thead><tr><th scope="col">Model</th><th scope="col">Step</th><th scope="col">Backend</th><th scope="col">Outcome</th>${FIGURES.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead><tbody>${rows}</tbody><tfoot>${total}</tfoot></table></div>`;
}

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
  return html`<details class="attempt ${participants.hue(start.slot)}"><summary><span class="swatch"></span><strong>${participants.title(start.slot)}</strong> ${start.step}${start.pass > 1 ? `, pass ${start.pass}` : ''}${start.attempt > 1 ? `, try ${start.attempt}` : ''} with <code>${start.backend}</code> ${outcome(end?.result)}</summary>
${end?.why ? html`<p>${end.why}</p>` : null}<p class="quiet"><code>${command}</code> limit ${formatLimit(start.limit_ms)}</p>
${text('Output', output, inSession(start.output), true)}${text('Standard error', stderr, inSession(start.stderr), false)}</details>`;
}

/** A text of the session; `open` as it stands there. */
function text(name: string, excerpt: Excerpt | null, path: string, open = false): Html {
  if (excerpt === null || excerpt.bytes === 0) return html`<p class="quiet">${name}: nothing</p>`;
  const plain = (part: string) => stripVTControlCharacters(part);
  const cut =
    excerpt.left === 0
      ? null
      : html`<p class="cut" role="note">${size(excerpt.left)} left out here; all of it: <code>${path}</code></p><pre>${plain(excerpt.tail)}</pre>`;
  const inside = html`<summary>${name} <span class="quiet">${size(excerpt.bytes)}</span></summary><pre>${plain(excerpt.head)}</pre>${cut}`;
  return open ? html`<details open>${inside}</details>` : html`<details>${inside}</details>`;
}
