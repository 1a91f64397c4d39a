// Who passed what: the quality gates of every tree, and everyone's tests on everyone's code. Pure.
import type { GateResult, GateState, Plan } from '../../core/candidate.ts';
import { gateSymbol, gateTone, gateWord } from '../symbols.ts';
import type { CrossCell } from '../tables.ts';
import { type Html, html } from './html.ts';
import type { Participants } from './participants.ts';
import type { ReportPass } from './source.ts';

export function gateMatrix(pass: ReportPass, participants: Participants): Html {
  const subjects = order(Object.keys({ ...pass.models, ...pass.gate_results }), participants);
  const gates = [...new Set(Object.values(pass.gate_results).flatMap((results) => Object.keys(results)))];
  if (gates.length === 0) return html`<p class="quiet">No quality gates ran.</p>`;
  const rows = subjects.map((id) => {
    const results = pass.gate_results[id] ?? {};
    const why = pass.models[id]?.status === 'failed' ? (pass.models[id]?.why ?? 'failed') : null;
    if (Object.keys(results).length === 0)
      return html`<tr><th scope="row">${who(id, participants)}</th><td class="quiet" colspan="${gates.length}">${why ?? 'no gates ran'}</td></tr>`;
    return html`<tr><th scope="row">${who(id, participants)}</th>${gates.map((gate) => cell(results[gate]?.state, results[gate]?.counts ?? null, results[gate]))}</tr>`;
  });
  const said = subjects.flatMap((id) =>
    Object.values(pass.gate_results[id] ?? {})
      .filter(({ excerpt }) => excerpt !== '')
      .map(
        (result) =>
          html`<details><summary><span class="${participants.hue(id)}"><span class="swatch"></span></span> ${participants.title(id)}: ${result.gate} <span class="mark ${gateTone(result.state)}">${gateWord(result.state)}</span></summary><pre>${result.excerpt}</pre>${result.output ? html`<p class="quiet">All of it: <code>${result.output}</code></p>` : null}</details>`,
      ),
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Quality gates"><table class="matrix"><caption class="unseen">Quality gates of each version</caption><thead><tr><th scope="col">Version</th>${gates.map((gate) => html`<th scope="col">${gate}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>
${said.length > 0 ? html`<h3>What gates said that did not pass</h3>${said}` : null}`;
}

export function crossMatrix(cells: readonly CrossCell[], participants: Participants): Html | null {
  if (cells.length === 0) return null;
  const tests = order(
    cells.map((each) => each.tests_of),
    participants,
  );
  const code = order(
    cells.map((each) => each.code_of),
    participants,
  );
  const of = new Map(cells.map((each) => [JSON.stringify([each.tests_of, each.code_of]), each]));
  const rows = code.map((codeOf) => {
    const found = tests.map((testsOf) => {
      const result = of.get(JSON.stringify([testsOf, codeOf]));
      return cell(result?.state, result?.counts ?? null);
    });
    return html`<tr><th scope="row">${who(codeOf, participants)}</th>${found}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Everyone's tests on everyone's code"><table class="matrix"><caption class="unseen">Everyone's tests on everyone's code</caption><thead><tr><th scope="col">Code of</th>${tests.map((id) => html`<th scope="col">tests of ${participants.title(id)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Tests that only their author's code passes. */
export function doubtfulTests(plan: Plan | null, participants: Participants): Html | null {
  const tests = plan?.doubtful ?? [];
  if (tests.length === 0) return null;
  return html`<ul>${tests.map(({ tests_of, test }) => html`<li><code>${test}</code> of ${who(tests_of, participants)} is doubtful: it passes on its author's code only, so it decides nothing.</li>`)}</ul>`;
}

/** Tests that were written to tell candidates apart and do. */
export function distinguishingTests({ distinguishing }: ReportPass, participants: Participants): Html | null {
  const { files = [], tests = [] } = distinguishing ?? {};
  if (tests.length === 0) return null;
  const names = (ids: readonly string[]) => ids.map((id, at) => html`${at > 0 ? ', ' : null}${who(id, participants)}`);
  const rows = tests.map(
    ({ name, fails, passes }) =>
      html`<li><code>${name ?? files.join(', ')}</code>: passes on the code of ${names(passes)}, fails on that of ${names(fails)}</li>`,
  );
  return html`<h3>Tests written to tell them apart</h3><ul>${rows}</ul><p class="quiet">No part of the result: ${files.join(', ')}, below <code>tell-apart/</code> in the pass's folder.</p>`;
}

/** Gates that passed nowhere. */
export function indictedGates(plan: Plan | null): Html | null {
  const gates = plan?.indicted ?? [];
  if (gates.length === 0) return null;
  return html`<p class="callout">${gates.join(', ')}: passed nowhere, on the untouched base neither. It may be the gate that is broken or can't be run here, and not what it tests.</p>`;
}

/** The base first, then the slots as the recipe names them, then what was made of them. */
function order(ids: readonly string[], participants: Participants): readonly string[] {
  const slots = [...participants.titles.keys()];
  const rank = (id: string) => (id === 'base' ? -1 : slots.includes(id) ? slots.indexOf(id) : slots.length);
  return [...new Set(ids)].sort((a, b) => rank(a) - rank(b));
}

export const who = (id: string, participants: Participants): Html =>
  html`<span class="who ${participants.hue(id)}"><span class="swatch"></span>${participants.title(id)}</span>`;

function cell(state: GateState | undefined, counts: GateResult['counts'], result?: GateResult): Html {
  if (!state) return html`<td class="none"><span class="quiet">—</span></td>`;
  const tests = counts ? html` <span class="tests">${counts.passed} of ${counts.passed + counts.failed}</span>` : null;
  const time = result ? `${(result.elapsedMs / 1000).toFixed(1)} s` : '';
  return html`<td class="${gateTone(state)}" title="${time}"><span class="mark ${gateTone(state)}"><span aria-hidden="true">${gateSymbol(state)}</span> ${gateWord(state)}</span>${tests}</td>`;
}
