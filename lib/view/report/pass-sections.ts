// What a pass gave: its quality gates, everyone's tests on everyone's code, and its plan. Pure. Of a long plan the
// first rows are shown; every file has its own place in the report's list of files all the same.
import type { Plan } from '../../core/candidate.ts';
import type { PassRecord } from '../../core/session-record.ts';
import {
  brokenGateRows,
  crossGateTable,
  distinguishingTests,
  type GateColumn,
  gatesSaid,
  gateTable,
  inOrder,
  ranElsewhere,
  shownCells,
  suspectTests,
} from '../gate-tables.ts';
import { fileTable } from '../plan-tables.ts';
import { gateTone, gateWord } from '../symbols.ts';
import { type Html, html, section } from './html.ts';
import { htmlList, htmlTable, mark, who } from './html-table.ts';
import type { Participants } from './participants.ts';

export function passSections(pass: PassRecord, passes: number, participants: Participants): Html {
  const last = pass.number === passes;
  const [suffix, of] = [last ? '' : `-${pass.number}`, passes > 1 ? ` of pass ${pass.number}` : ''];
  const plan = pass.plan
    ? planSection(pass.plan, pass.number, participants)
    : last
      ? html`<p class="quiet">There was none.</p>`
      : null;
  return html`${section(`gates${suffix}`, `Quality gates${of}`, gateSection(pass, participants))}${
    plan ? section(`plan${suffix}`, `Plan${of}`, plan) : null
  }`;
}

function gateSection(pass: PassRecord, participants: Participants): Html {
  const { plan, distinguishing } = pass;
  const cross = shownCells(pass.cross_gates, plan);
  const { files = [], tests = [] } = distinguishing ?? {};
  return html`${gates(pass, participants)}
${
  cross.length > 0
    ? html`<h3>Everyone's tests on everyone's code</h3>
${htmlTable(crossGateTable(cross, participants.titles), participants)}
${htmlList(suspectTests(plan?.doubtful ?? []), participants)}`
    : null
}
${
  tests.length > 0
    ? html`<h3>Tests written to tell them apart</h3>${htmlList(distinguishingTests(tests), participants)}
<p class="quiet">No part of the result: ${files.join(', ')}, below <code>tell-apart/</code> in the pass's folder.</p>`
    : null
}`;
}

function gates({ models, gate_results, plan }: PassRecord, participants: Participants): Html {
  const names = new Set(Object.values(gate_results).flatMap((results) => Object.keys(results)));
  if (names.size === 0) return html`<p class="quiet">No quality gates ran.</p>`;
  const columns = [...names].map((id): GateColumn => ({ id, title: id, required: null }));
  const rows = inOrder(Object.keys({ ...models, ...gate_results }), participants.titles).map((id) => {
    const results = gate_results[id] ?? {};
    const why = models[id] && models[id].status !== 'ok' ? models[id].why : null;
    const ran = Object.keys(results).length > 0;
    return { head: [{ who: id }], failed: ran ? null : (why ?? 'no gates ran'), gates: results };
  });
  const said = gatesSaid(gate_results).map(
    ({ subject, gate, state, excerpt, output }) => html`<details>
<summary>${who(subject, participants)}: ${gate} ${mark(gateTone(state), gateWord(state))}</summary>
<pre>${excerpt}</pre>${output ? html`<p class="quiet">All of it: <code>${output}</code></p>` : null}</details>`,
  );
  const indicted = htmlList(brokenGateRows(plan?.indicted ?? [], columns, gate_results.base), participants);
  return html`${htmlTable(gateTable(columns, rows), participants)}
${htmlList(ranElsewhere(gate_results, participants.titles), participants)}
${said.length > 0 ? html`<h3>What gates said that did not pass</h3>${said}` : null}
${indicted ? html`<div class="callout">${indicted}</div>` : null}`;
}

/** Rows of a plan that are written out. */
const MOST_FILES = 300;

const DECIDED: Readonly<Record<Plan['decided_by'], string>> = {
  judge: 'a model that compared the versions, and the evidence',
  evidence: 'the evidence alone',
  user: 'you',
};

function planSection(plan: Plan, pass: number, participants: Participants): Html {
  if (plan.files.length === 0) return html`<p class="quiet">The plan takes nothing.</p>${notes(plan)}`;
  const table = fileTable(plan, MOST_FILES, (place) => `#file-${pass}-${place}`);
  const proven = plan.proven
    ? mark('good', 'All required gates pass on the combination.')
    : mark('warning', 'The combination is not proven by the gates.');
  const whole = plan.whole ? html`Everything comes from <strong>${participants.title(plan.whole)}</strong>. ` : null;
  const more = table.left
    ? html`<p class="quiet">… and ${table.left.toLocaleString('en-US')} more files; each says below where it comes from.
All of them: <code>plan.json</code></p>`
    : null;
  return html`<p>${whole}Decided by ${DECIDED[plan.decided_by]}. ${proven}</p>
${htmlTable(table, participants)}
${more}${notes(plan)}`;
}

const notes = (plan: Plan): Html | null =>
  plan.notes.length > 0
    ? html`<ul class="notes">${plan.notes.map((note) => html`<li>${withCode(note)}</li>`)}</ul>`
    : null;

/** What stands between backticks as code; everything else is plain text. */
const withCode = (text: string): readonly Html[] =>
  text.split(/`([^`]+)`/).map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
