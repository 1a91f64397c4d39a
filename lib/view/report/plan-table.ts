// The plan: which file comes from whom, why, on what evidence and how sure. Pure. Long plans show their first rows;
// every file has its own place in the report's list of files all the same.
import type { Plan } from '../../core/candidate.ts';
import { EVIDENCE, fromTitle } from '../tables.ts';
import { type Html, html } from './html.ts';
import { hueOf, type Participants } from './participants.ts';

/** Rows that are written out. */
const MOST = 300;

const DECIDED: Readonly<Record<Plan['decided_by'], string>> = {
  judge: 'a model that compared the versions, and the evidence',
  evidence: 'the evidence alone',
  user: 'you',
};

export function planTable(plan: Plan, pass: number, participants: Participants): Html {
  if (plan.files.length === 0) return html`<p class="quiet">The plan takes nothing.</p>${notes(plan)}`;
  const rows = plan.files.slice(0, MOST).map((pick, i) => {
    const sure = Math.round(pick.confidence * 100);
    const from =
      pick.from === 'base'
        ? html`<span class="quiet">as it was</span>`
        : html`<span class="who ${hueOf(pick.from, participants)}"><span class="swatch"></span>${fromTitle(pick.from, participants.titles)}</span>`;
    const undecided = plan.undecided.includes(pick.path);
    return html`<tr><th scope="row"><a href="#file-${pass}-${i}" data-path="${pick.path}">${pick.path}</a></th><td>${from}${pick.action === 'delete' ? html` <span class="badge">deletes it</span>` : null}</td><td>${pick.why}</td><td>${undecided ? html`<span class="badge warning">undecided</span>` : EVIDENCE[pick.by]}</td><td class="number"><svg class="sure" width="44" height="6" aria-hidden="true"><rect class="rail" width="44" height="6" rx="3"/><rect class="fill" width="${(sure * 0.44).toFixed(1)}" height="6" rx="3"/></svg> ${sure} %</td></tr>`;
  });
  const more = plan.files.length - rows.length;
  return html`<p>${plan.whole ? html`Everything comes from <strong>${participants.title(plan.whole)}</strong>. ` : null}Decided by ${DECIDED[plan.decided_by]}. ${plan.proven ? html`<span class="mark good">All required gates pass on the combination.</span>` : html`<span class="mark warning">The combination is not proven by the gates.</span>`}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Plan"><table class="plan"><caption class="unseen">Which file comes from whom, and why</caption><thead><tr><th scope="col">File</th><th scope="col">Best from</th><th scope="col">Why</th><th scope="col">Evidence</th><th scope="col" class="number">How sure</th></tr></thead><tbody>${rows}</tbody></table></div>
${more > 0 ? html`<p class="quiet">… and ${more.toLocaleString('en-US')} more files; each says below where it comes from. All of them: <code>plan.json</code></p>` : null}${notes(plan)}`;
}

const notes = (plan: Plan): Html | null =>
  plan.notes.length > 0
    ? html`<ul class="notes">${plan.notes.map((note) => html`<li>${withCode(note)}</li>`)}</ul>`
    : null;

/** What stands between backticks as code; everything else is plain text. */
const withCode = (text: string): readonly Html[] =>
  text.split(/`([^`]+)`/).map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
