// A checked recipe in short, as lines of text, for `mm check`: what it was made from, who takes part, what happens.
import { inWords } from '../core/budget.ts';
import { formatLimit } from '../core/duration.ts';
import type { GateSpec } from '../core/gate-rules.ts';
import type { Json } from '../core/json.ts';
import { originText } from '../core/origin.ts';
import type { Recipe, Slot } from '../core/recipe.ts';
import type { Command } from '../core/shell-word.ts';
import type { Step } from '../core/step.ts';

export function describe(recipe: Recipe): readonly string[] {
  const gates = Object.values(recipe.gates);
  return [
    recipe.summary === '' ? recipe.name : `${recipe.name}: ${recipe.summary}`,
    `  from ${recipe.sources.map(({ file }) => file).join(', ')}`,
    ...recipe.notes.map((note) => `  ${note}`),
    `  time limit ${formatLimit(recipe.timeout.defaultMs)}`,
    ...lanesLines(recipe),
    ...(recipe.budget === null ? [] : [`  budget ${inWords(recipe.budget)}`]),
    'slots',
    ...Object.values(recipe.slots).flatMap(slotLines),
    'gates',
    ...(gates.length > 0 ? gates.map(gateLine) : [`  found in the repository (${recipe.gateRules.length} rules)`]),
    ...(recipe.gateHosts.length > 0 ? [`  on ${recipe.gateHosts.join(', or on ')}`] : []),
    'phases',
    ...recipe.phases.flatMap((step) => stepLines(step, 1)),
    ...(recipe.finally.length > 0 ? ['finally', ...recipe.finally.flatMap((step) => stepLines(step, 1))] : []),
  ];
}

/** What is said of lanes together. */
function lanesLines({ enough, staggerMs, slots }: Recipe): readonly string[] {
  const vendors = Object.values(slots).flatMap(({ backends }) => [...new Set(backends.map(({ vendor }) => vendor))]);
  const isShared = new Set(vendors).size < vendors.length;
  return [
    ...(staggerMs !== null && isShared ? [`  lanes of one vendor start ${formatLimit(staggerMs)} apart`] : []),
    ...(enough === null
      ? []
      : [`  enough: ${enough.passing} that pass; the others then have ${formatLimit(enough.graceMs)}, and are ended`]),
  ];
}

function slotLines(slot: Slot): readonly string[] {
  const facts = [
    slot.primary ? 'primary' : null,
    slot.workspace,
    slot.spare ? `begins only where no lane of ${slot.of} before it passes` : null,
    slot.timeoutMs === null ? null : `limit ${formatLimit(slot.timeoutMs)}`,
  ];
  return [
    `  ${slot.id} (${facts.filter((fact) => fact !== null).join(', ')})`,
    ...(slot.from === null ? [] : [`    ${originText(slot.from)}`]),
    ...slot.backends.map(({ run }) => `    ${commandLine(run)}`),
  ];
}

function gateLine(gate: GateSpec): string {
  const facts = [
    gate.required ? null : 'not required',
    gate.timeoutMs === null ? null : `limit ${formatLimit(gate.timeoutMs)}`,
    gate.hosts === undefined ? null : `on ${gate.hosts.join(', or on ')}`,
  ].filter((fact) => fact !== null);
  return `  ${gate.id}: ${commandLine(gate.run)}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

function stepLines(step: Step, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const conditions = conditionsOf(step);
  const suffix = conditions === '' ? '' : `  [${conditions}]`;
  if (step.kind === 'action') {
    const label = step.id === null ? step.executor : `${step.id}: ${step.executor}`;
    return [`${indent}${label} ${short(step.value)}${step.save === null ? '' : ` → ${step.save}`}${suffix}`];
  }
  return [`${indent}${step.id ?? 'steps'}${suffix}`, ...step.steps.flatMap((inner) => stepLines(inner, depth + 1))];
}

function conditionsOf(step: Step): string {
  const parts = [
    step.for && `for ${step.for}`,
    step.parallel && 'side by side',
    step.repeat !== null && `at most ${step.repeat} times`,
    step.until && `until ${step.until}`,
    step.when && `when ${step.when}`,
    step.unless && `unless ${step.unless}`,
    step.optional && 'optional',
    step.retry > 0 && `retried ${step.retry} times`,
    step.timeout !== null && `limit ${step.timeout}`,
  ];
  return parts.filter((part) => typeof part === 'string' && part !== '').join(', ');
}

function short(value: Json): string {
  if (value !== null && typeof value === 'object' && Object.keys(value).length === 0) return '';
  const text = typeof value === 'string' ? value.split('\n')[0]! : JSON.stringify(value);
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}

const commandLine = (command: Command): string =>
  typeof command === 'string'
    ? command
    : command
        .map((part) => (/^[\w@%+=:,./${}*-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`))
        .join(' ');
