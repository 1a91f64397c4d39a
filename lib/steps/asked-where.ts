// Where a slot is asked what is no lane's: to compare, to read, to mend what others made. Where its `ask_host` says;
// else here, or, where its command line is not here, on the hosts on which it works.
import { fail, type Result, resultOf } from '../core/failure.ts';
import { hostMessages, isHostsFault } from '../core/messages/host-messages.ts';
import { HERE, type Slot } from '../core/recipe.ts';
import type { StepContext } from './executor.ts';
import { placeText } from './find-gates.ts';
import { backendsHere } from './find-participants.ts';
import type { Met } from './known-hosts.ts';
import { meetFor, meetHost, notThere } from './meet-host.ts';
import type { Participant } from './model-question.ts';
import type { Run } from './run-context.ts';

/** The places in which a slot is asked, the first that can be used. */
function placesOf(run: Run, slot: Slot): readonly string[] {
  if (slot.askHosts.length > 0) return slot.askHosts;
  const isHere = slot.hosts.length === 0 || backendsHere(run, slot, run.repository.top).length > 0;
  return isHere ? [HERE] : slot.hosts;
}

/** The same for people; '': here. */
export function askedWhere(run: Run, slot: Slot): string {
  const hosts = placesOf(run, slot);
  return hosts[0] === HERE ? '' : placeText({ hosts });
}

/** What this machine has of a slot's backends, or why it can't be asked here. */
function onlyHere(run: Run, slot: Slot) {
  const backends = backendsHere(run, slot, run.repository.top);
  return backends.length > 0 ? { met: null, backends } : notThere(slot);
}

/**
 * Has a slot asked in the first place that can be used; the next one where a host turns out to be gone.
 * @param ask asks it; `met`: on that host, null: here
 */
export async function askThere<T>(
  { run, signal }: StepContext,
  participant: Participant,
  ask: (participant: Participant, met: Met | null) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { slot } = participant;
  const tried: { host: string; why: string }[] = [];
  for (const host of placesOf(run, slot)) {
    if (host === HERE && slot.hosts.length === 0) return ask(participant, null); // as it takes part
    const there = host === HERE ? onlyHere(run, slot) : await meetFor(run, slot, host);
    if (typeof there === 'string') {
      tried.push({ host, why: there });
      continue;
    }
    const { met, backends } = there;
    const answer = await resultOf(() => ask(run.asker(slot, host, backends), met));
    if (answer.ok || met === null || signal.aborted) return answer;
    run.hosts.forget(met);
    const isGone = isHostsFault(answer.failure) || typeof (await meetHost(run, host)) === 'string';
    if (!isGone) return answer;
    tried.push({ host, why: answer.failure.what });
  }
  return fail(hostMessages.hostsUnusable({ slot: slot.title, tried }));
}
