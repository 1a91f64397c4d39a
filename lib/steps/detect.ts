// Executor `detect`: which models can take part, and through which command line. Looks on PATH and starts
// nothing: asking a CLI for its version takes up to three seconds.

import { fail, ok } from '../core/failure.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import { originMessages } from '../core/messages/origin-messages.ts';
import type { ModelInfo } from '../core/model-event.ts';
import { nearest } from '../core/nearest.ts';
import { originText } from '../core/origin.ts';
import type { Slot } from '../core/recipe.ts';
import type { Executor } from './executor.ts';
import { chosenSlots, installed, takeParticipants } from './find-participants.ts';
import type { Participant } from './model-question.ts';
import type { Run } from './run-context.ts';

export const detect: Executor = {
  name: 'detect',
  nature: 'again',
  summary: 'Finds out which slots can take part and which command line each uses.',
  schema: { value: { enum: ['slots'] } },
  example: '- detect: slots',
  async run({ run }) {
    const { only, without } = run.options;
    const slots = Object.values(run.recipe.slots);
    // by their own ids, and several lanes of one by its name in the recipe
    const known = [...new Set(slots.flatMap(({ id, of }) => [of, id]))];
    for (const slot of [...(only ?? []), ...without]) {
      if (!known.includes(slot)) return fail(modelMessages.unknownSlot({ slot, known, near: nearest(slot, known) }));
    }
    if (slots.length === 0) return fail(originMessages.noOrigins());
    const chosen = chosenSlots(run);
    if (chosen.length === 0) return fail(modelMessages.noSlotChosen({ only, without }));
    const { top } = run.repository;
    await takeParticipants(run, top);
    const wraps = run.recipe.timeout.wrap.map(([command = '']) => command);
    run.timeoutCommand = wraps.find((command) => installed(run, command, top)) ?? null;
    run.emit({
      type: 'models',
      models: Object.fromEntries(slots.map((slot) => [slot.id, describe(run, slot, chosen.includes(slot))])),
    });
    if (run.participants.size === 0) {
      return fail(
        modelMessages.noModel({
          looked: chosen.map(({ title, backends }) => ({
            title,
            tried: backends.map(({ cli, install }) => ({ cli, install })),
          })),
        }),
      );
    }
    const [primary, wanted] = [run.primary(1), chosen.find((slot) => slot.primary)];
    if (primary && wanted && primary.slot !== wanted)
      run.note(`${wanted.title} is not available; ${primary.slot.title} takes its place as the primary.`, 'warning');
    const { enough } = run.recipe;
    const count = run.participants.size;
    if (enough !== null && count < enough.passing)
      run.note(
        `\`enough\` waits for ${enough.passing} lanes that pass, and only ${count} can take part here: ` +
          'all of them may go on to their end.',
        'warning',
      );
    provideSlots(run);
    return ok(undefined);
  },
};

function describe(run: Run, slot: Slot, chosen: boolean): ModelInfo {
  const participant = run.participants.get(slot.id);
  const looked = slot.backends.map(({ cli }) => cli).join(', ');
  const missing = run.absent.get(slot.id) ?? `not installed (looked for ${looked})`;
  const why = !chosen ? 'left out on the command line' : participant ? null : missing;
  return {
    status: participant ? 'available' : 'unavailable',
    title: slot.title,
    primary: run.participants.size > 0 && run.primary(1)?.slot.id === slot.id,
    backend: participant === undefined ? null : wayOf(participant),
    workspace: slot.workspace,
    ...(slot.hosts.length > 0 ? { host: slot.hosts.join(' or ') } : {}),
    why,
  };
}

/** What fills it: the command line, or where its candidate comes from. */
const wayOf = ({ slot, backends }: Participant): string =>
  slot.from === null ? (backends[0]?.cli ?? '') : originText(slot.from);

/** A slot as steps see it. */
export function slotItem(run: Run, { id, title, workspace, from }: Slot) {
  const participant = run.participants.get(id);
  return { id, title, workspace, backend: participant === undefined ? '' : wayOf(participant), from: from !== null };
}

/** The names below `slots`. */
function provideSlots(run: Run): void {
  const item = (slot: Slot) => slotItem(run, slot);
  const all = Object.values(run.recipe.slots);
  const available = all.filter(({ id }) => run.participants.has(id));
  run.provide('slots', {
    all: all.map(item),
    available: available.map(item),
    unavailable: all.filter(({ id }) => !run.participants.has(id)).map(item),
    external: available.filter(({ workspace }) => workspace !== 'main').map(item),
    taken: available.filter(({ from }) => from !== null).map(item),
    asked: available.some(({ from }) => from === null),
    in_main: available.some(({ workspace }) => workspace === 'main'),
    several: available.length > 1,
    single: available.length === 1,
  });
}
