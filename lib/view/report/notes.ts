// What else there is to know: breaches, what no diff can hold, notes, questions and their answers. Pure.
import type { SideEntry } from '../../core/candidate.ts';
import type { Event } from '../../core/events.ts';
import type { SessionRecord } from '../../core/session-record.ts';
import { answerText } from '../event-messages.ts';
import { type Html, html } from './html.ts';
import { who } from './html-table.ts';
import type { Participants } from './participants.ts';

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

export function notesSection(record: SessionRecord, events: readonly Event[], participants: Participants): Html {
  const breaches = events.filter((event) => event.type === 'breach');
  const notes = events.filter((event) => event.type === 'note');
  const answers = events.filter((event) => event.type === 'answer');
  const absent = Object.entries(record.models).filter(([, { status }]) => status === 'unavailable');
  const sides = record.passes.flatMap((pass) =>
    Object.entries(pass.models)
      .filter(([, { side }]) => side.length > 0)
      .map(([id, { side }]) => ({ id, side, pass: pass.number })),
  );
  const several = record.passes.length > 1;
  const parts = [
    part('Changed what it must not change', breaches, (rows) => {
      const lines = rows.map(({ who: id, what }) => html`<li>${who(id, participants)}: ${what.join(', ')}</li>`);
      return html`<ul class="breaches">${lines}</ul>`;
    }),
    part('Took no part', absent, (rows) => {
      const lines = rows.map(([id, { why }]) => html`<li>${who(id, participants)}: ${why ?? 'not available'}</li>`);
      return html`<ul>${lines}</ul>`;
    }),
    part('Beside the diffs', sides, (rows) => {
      const left = rows.map(({ id, side, pass }) => {
        const entries = side.slice(0, MOST).map(({ path, what }) => html`<li><code>${path}</code> ${SIDE[what]}</li>`);
        const more = side.length > MOST ? html`<li class="quiet">… and ${side.length - MOST} more</li>` : null;
        return html`<details>
<summary>${who(id, participants)}${several ? `, pass ${pass}` : ''}: ${side.length}</summary>
<ul>${entries}${more}</ul></details>`;
      });
      return html`<p class="quiet">Left by the models, and not part of any version.</p>${left}`;
    }),
    part('Questions', answers, (rows) => {
      const pairs = rows.map(
        ({ text, answer, by }) =>
          html`<dt>${text}</dt><dd>${answerText(answer)} <span class="quiet">${BY[by]}</span></dd>`,
      );
      return html`<dl class="answers">${pairs}</dl>`;
    }),
    part('Notes', notes, (rows) => {
      const lines = rows.map(
        ({ text, level, at }) =>
          html`<li class="${level}"><time datetime="${at}">${at.slice(11, 19)}</time> ${text}</li>`,
      );
      return html`<ul class="notes">${lines}</ul>`;
    }),
  ];
  return html`${parts.every((part) => part === null) ? html`<p class="quiet">Nothing.</p>` : parts}`;
}

/** What there is of one kind, under its heading; null where there is none. */
const part = <T>(name: string, rows: readonly T[], draw: (rows: readonly T[]) => Html): Html | null =>
  rows.length > 0 ? html`<h3>${name}</h3>${draw(rows)}` : null;

const BY = { user: 'answered by you', headless: 'nobody was asked', option: 'answered by an option' } as const;
