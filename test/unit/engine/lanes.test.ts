// Lanes that pass: who is ended when enough do, who waits for whom, and what an earlier process had come to.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventBody } from '../../../lib/core/events.ts';
import { fail, ok, type Result } from '../../../lib/core/failure.ts';
import { notWanted } from '../../../lib/core/messages/control.ts';
import { messages } from '../../../lib/core/messages/run-messages.ts';
import { Scope } from '../../../lib/core/scope.ts';
import { type EarlierLanes, earlierLanes, Lanes } from '../../../lib/engine/lane-group.ts';
import type { Run } from '../../../lib/steps/run-context.ts';
import { Condition } from '../../../lib/system/condition.ts';

type Ending = Result<undefined>;
interface Played {
  /** How its lane ends: when told, or by its signal. */
  readonly end: (checked?: { readonly fine: boolean }) => void;
  readonly ended: Promise<Ending>;
  readonly scope: Scope;
  readonly begun: () => boolean;
}

const NOTHING: EarlierLanes = { enough: new Map(), superseded: new Map(), notNeeded: new Set() };

/** A group of lanes whose work goes on until the test ends it. @param spare ids of lanes of `a` that are kept back */
function play(
  ids: readonly string[],
  more: { enough?: Run['recipe']['enough']; spare?: readonly string[]; earlier?: EarlierLanes; begun?: string[] } = {},
) {
  const { enough = null, spare = [], earlier = NOTHING, begun = [] } = more;
  const stop = new AbortController();
  const events: EventBody[] = [];
  const slots = Object.fromEntries(ids.map((id) => [id, { id, of: id.split('.')[0], spare: spare.includes(id) }]));
  const run = {
    recipe: { enough, slots },
    signal: stop.signal,
    emit: (event: EventBody) => void events.push(event),
    idle: new Set<string>(),
    isOut: () => false,
    passRecord: () => undefined,
    participants: new Map(),
    gates: {},
    lanes: new Condition(),
  } as unknown as Run;
  const lanes = new Lanes({ run, earlier, key: 'g/1', pass: 1, passing: 'checked.fine', ids });
  const all = new Map<string, Played>();
  for (const id of ids) {
    const scope = new Scope();
    let works = false;
    let finish: (ending: Ending) => void = () => {};
    const work = new Promise<Ending>((resolve) => {
      finish = resolve;
    });
    const played: Played = {
      end(checked) {
        if (checked) scope.set('checked', { ...checked });
        finish(ok(undefined));
      },
      ended: lanes.walk(id, { scope, begun: begun.includes(id) }, (signal) => {
        works = true;
        const interrupted = () => finish(fail(messages.interrupted()));
        if (signal.aborted) interrupted();
        signal.addEventListener('abort', interrupted);
        return work;
      }),
      scope,
      begun: () => works,
    };
    all.set(id, played);
  }
  const watching = lanes.watch();
  return { lane: (id: string) => all.get(id)!, events, stop, watching, run };
}

const said = (events: readonly EventBody[]) =>
  events.map((event) => ('lane' in event ? `${event.type} ${event.lane}` : event.type));

test('when enough pass the others are ended after the grace; what had been tested by then stands', async () => {
  const enough = { passing: 2, graceMs: 1 };
  const { lane, events, watching, run } = play(['a', 'b', 'c', 'd', 'e'], { enough });
  lane('e').end({ fine: false });
  lane('b').end({ fine: true });
  lane('c').scope.set('checked', { fine: false });
  await Promise.all([lane('b').ended, lane('e').ended]);
  assert.equal(said(events), [], 'one that passes is not enough');
  lane('a').end({ fine: true });
  assert.equal([await lane('c').ended, await lane('d').ended], [ok(undefined), fail(notWanted)]);
  await watching;
  const told = { type: 'enough', pass: 1, key: 'g/1', passing: ['a', 'b'], others: ['c', 'd'], grace_ms: 1 };
  assert.equal(events[0], told);
  assert.equal(said(events), ['enough', 'superseded c', 'superseded d']);
  assert.equal([...run.idle], ['1/d']);
});

test('an interrupt is no end by others: nobody is said to be superseded or not needed', async () => {
  const { lane, events, watching, stop } = play(['a.1', 'a.2', 'b'], {
    enough: { passing: 1, graceMs: 3_600_000 },
    spare: ['a.2'],
  });
  lane('b').end({ fine: true });
  await lane('b').ended;
  stop.abort();
  const endings = await Promise.all(['a.1', 'a.2'].map((id) => lane(id).ended));
  assert.ok(endings.every((ending) => !ending.ok && ending.failure.id === 'interrupted'));
  await watching;
  assert.equal(said(events), ['enough']);
});

test('a lane that is kept back begins when those of its slot before it have ended and none passed', async () => {
  const ids = ['a.1', 'a.2', 'a.3', 'a.4', 'b'];
  const { lane, events, run } = play(ids, { spare: ['a.3', 'a.4'] });
  const begun = () => ids.filter((id) => lane(id).begun());
  lane('b').end({ fine: true });
  lane('a.2').end({ fine: false });
  await Promise.all([lane('b').ended, lane('a.2').ended]);
  assert.equal(begun(), ['a.1', 'a.2', 'b']);
  assert.equal([...run.idle], ['1/a.3', '1/a.4']);
  lane('a.1').end();
  await lane('a.1').ended;
  while (!lane('a.3').begun()) await Promise.resolve();
  lane('a.3').end({ fine: true });
  assert.equal(await lane('a.4').ended, fail(notWanted));
  assert.equal(begun(), ['a.1', 'a.2', 'a.3', 'b']);
  assert.equal(said(events), ['not_needed a.4']);
});

test('a resumed run goes on with the grace that is left, and begins nothing that was ended', async () => {
  const enough = { passing: 1, graceMs: 60_000 };
  const journal = (since: number, ...more: object[]) =>
    earlierLanes([{ type: 'enough', key: 'g/1', at: new Date(since).toISOString() }, ...more] as never);
  // the grace ended while nobody was there: what was not done by then is ended, and told
  const late = play(['a', 'b'], { enough, earlier: journal(Date.now() - 60_001) });
  late.lane('a').end({ fine: true });
  assert.equal([await late.lane('a').ended, await late.lane('b').ended], [ok(undefined), fail(notWanted)]);
  await late.watching;
  assert.equal(said(late.events), ['superseded b']);
  // it was told already
  const told = { type: 'superseded', key: 'g/1', lane: 'b', at: '', stands: false };
  const again = play(['a', 'b'], { enough, earlier: journal(Date.now(), told) });
  again.lane('a').end({ fine: true });
  assert.equal(await again.lane('b').ended, fail(notWanted));
  await again.watching;
  assert.equal(said(again.events), []);
  // nearly over: the rest of it, and not all of it again
  const rest = play(['a', 'b'], { enough, earlier: journal(Date.now() - 59_900) });
  rest.lane('a').end({ fine: true });
  assert.equal(await rest.lane('b').ended, fail(notWanted));
  assert.equal(said(rest.events), ['superseded b']);
  // nor is what was not needed: whoever had passed then has not got so far yet
  const spared = { type: 'not_needed', key: 'g/1', lane: 'a.2', at: '' };
  const idle = play(['a.1', 'a.2'], { spare: ['a.2'], earlier: earlierLanes([spared] as never) });
  assert.equal(await idle.lane('a.2').ended, fail(notWanted));
  idle.lane('a.1').end();
  await idle.watching;
  assert.equal(said(idle.events), []);
  // what was begun by an earlier process does not wait again
  const begun = play(['a.1', 'a.2'], { spare: ['a.2'], begun: ['a.2'] });
  assert.ok(begun.lane('a.2').begun());
  for (const id of ['a.1', 'a.2']) begun.lane(id).end();
  await begun.watching;
});

test.run();
