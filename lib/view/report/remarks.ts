// What else there is to know: breaches, what no diff can hold, notes, questions and their answers. Pure.
import type { SideEntry } from '../../core/candidate.ts';
import type { Event } from '../../core/event.ts';
import { answerText } from '../event-messages.ts';
import { type Html, html } from './html.ts';
import { who } from './matrices.ts';
import type { Participants } from './participants.ts';
import type { ReportRecord } from './source.ts';

const SIDE: Readonly<Record<SideEntry['what'], string>> = {
  ignored: 'ignored by git',
  'empty-folder': 'an empty folder',
  'special-file': 'neither file nor folder',
  submodule: 'a submodule',
  'embedded-repository': 'a repository of its own',
  'newly-ignored': 'hidden by a changed .gitignore',
  unreadable: 'could not be read',
};

/** Side entries that are named for each model. */
const MOST = 40;

export function remarks(record: ReportRecord, events: readonly Event[], participants: Participants): Html {
  const breaches = events.filter((event) => event.type === 'breach');
  const notes = events.filter((event) => event.type === 'note');
  const answers = events.filter((event) => event.type === 'answer');
  const absent = Object.entries(record.models).filter(([, { status }]) => status === 'unavailable');
  const sides = record.passes.flatMap((pass) =>
    Object.entries(pass.models)
      .filter(([, { side }]) => side.length > 0)
      .map(([id, { side }]) => ({ id, side, pass: pass.number })),
  );
  const parts = [
    breaches.length > 0
      ? html`<h3>Changed what it must not change</h3><ul class="breaches">${breaches.map(({ who: id, what }) => html`<li>${who(id, participants)}: ${what.join(', ')}</li>`)}</ul>`
      : null,
    absent.length > 0
      ? html`<h3>Took no part</h3><ul>${absent.map(([id, { why }]) => html`<li>${who(id, participants)}: ${why ?? 'not available'}</li>`)}</ul>`
      : null,
    sides.length > 0
      ? html`<h3>Beside the diffs</h3><p class="quiet">Left by the models, and not part of any version.</p>${sides.map(({ id, side, pass }) => html`<details><summary>${who(id, participants)}${record.passes.length > 1 ? `, pass ${pass}` : ''}: ${side.length}</summary><ul>${side.slice(0, MOST).map(({ path, what }) => html`<li><code>${path}</code> ${SIDE[what]}</li>`)}${side.length > MOST ? html`<li class="quiet">… and ${side.length - MOST} more</li>` : null}</ul></details>`)}`
      : null,
    answers.length > 0
      ? html`<h3>Questions</h3><dl class="answers">${answers.map(({ text, answer, by }) => html`<dt>${text}</dt><dd>${answerText(answer)} <span class="quiet">${BY[by]}</span></dd>`)}</dl>`
      : null,
    notes.length > 0
      ? html`<h3>Notes</h3><ul class="notes">${notes.map(({ text, level, at }) => html`<li class="${level}"><time datetime="${at}">${at.slice(11, 19)}</time> ${text}</li>`)}</ul>`
      : null,
  ];
  return html`${parts.every((part) => part === null) ? html`<p class="quiet">Nothing.</p>` : parts}`;
}

const BY = { user: 'answered by you', headless: 'nobody was asked', option: 'answered by an option' } as const;
