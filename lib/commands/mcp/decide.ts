// The tools that decide on a plan: `accept`, as far as the recipe lets an agent, and `decline`.
import { type Failure, fail, ok, type Result } from '../../core/failure.ts';
import { mcpMessages } from '../../core/messages/mcp-messages.ts';
import { messages } from '../../core/messages/run-messages.ts';
import { one } from '../../core/messages/wording.ts';
import type { Recipe } from '../../core/recipe.ts';
import type { SessionRecord } from '../../core/session-record.ts';
import { cut, oneLine } from '../../view/text.ts';
import { fromTitle, titlesOf } from '../../view/titles.ts';
import { load } from '../named-recipe.ts';
import { withPastSession } from '../past-session.ts';
import { endedWithin, failureOf, recordIn, startOwn } from './background.ts';
import { provenLine } from './decision.ts';
import { type Seen, see } from './places.ts';
import { type Answer, type Desk, SESSION, type Tool } from './tool.ts';

/** Gates may take longer; then `status` says how it ended. */
const APPLIED_MS = 45_000;

export const accept: Tool = {
  name: 'accept',
  title: 'Apply the plan of a run',
  description:
    "Applies the plan of a session that has ended: its files are put into the user's working tree, unstaged, and the " +
    'required gates run there once more. No model is asked again, nothing is committed. Call it only after the ' +
    'user has seen the plan and wants it; unless the recipe says otherwise, they are asked once more, or told the ' +
    'command to type.',
  input: { session: SESSION },
  required: ['session'],
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  async call({ session }, desk) {
    const seen = await openPlan(desk, 'accept', session);
    if (!seen.ok) return seen;
    const { id } = seen.value.now;
    const allowed = await allowedBy(seen.value, desk);
    if (!allowed.ok) return allowed;
    if (!allowed.value) return decline.call({ session: id }, desk);
    const child = await startOwn(['accept', id, '--json', '--quiet'], desk.cwd);
    const ended = await endedWithin(child, APPLIED_MS, desk.signal);
    if (!ended) return ok(still(id));
    const record = recordIn(ended);
    if (!record.ok) return record;
    const { failure } = record.value;
    return failure ? fail(failureOf(failure, ended.exitCode)) : ok(applied(record.value));
  },
};

function still(session_id: string): Answer {
  const next = 'It is being applied, which goes on by itself: `status` says how it ends.';
  return { text: next, data: { session_id, state: 'running', next } };
}

function applied({ session_id, status, result }: SessionRecord): Answer {
  const next =
    `It is in the working tree, unstaged (${one(result?.files.length ?? 0, 'file')})` +
    `${result?.verified ? ', and its required gates pass there' : ''}. ` +
    `The user can take it out again: mm undo ${session_id}`;
  return {
    text: `The result of ${session_id} was applied. ${next}`,
    data: { session_id, state: 'ended', status, result, next },
  };
}

export const decline: Tool = {
  name: 'decline',
  title: 'Decline the plan of a run',
  description:
    'Notes that the user does not want the plan of a session that has ended. Nothing in the working tree changes, ' +
    'and what the models made is kept in the session.',
  input: { session: SESSION },
  required: ['session'],
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async call({ session }, desk) {
    const seen = await openPlan(desk, 'decline', session);
    if (!seen.ok) return seen;
    const { place, found } = seen.value;
    const failure = messages.turnedDown();
    const done = await withPastSession(place, found, async ({ journal }) => {
      journal.append({ type: 'session_complete', status: 'declined', exit: failure.exit, failure });
    });
    return done.ok ? ok(declined(found.id, failure)) : done;
  },
};

const declined = (session_id: string, { what, remedy }: Failure): Answer => ({
  text: [what, ...remedy].join('\n'),
  data: { session_id, decision: 'declined', next: what },
});

/** The session, where its plan waits for a decision. */
async function openPlan(desk: Desk, tool: string, session: string): Promise<Result<Seen>> {
  const seen = await see(desk, tool, session);
  if (!seen.ok) return seen;
  const { now, decision } = seen.value;
  if (decision === 'open' && now.state === 'ended') return seen;
  if (decision === 'declined') return fail(mcpMessages.declinedBefore({ session: now.id }));
  return fail(mcpMessages.nothingOpen({ session: now.id, state: now.end?.status ?? now.state }));
}

/** Whether the plan may be applied: by the recipe alone, or by its user, who is asked. `false`: they don't want it. */
async function allowedBy(seen: Seen, { ask, cwd }: Desk): Promise<Result<boolean>> {
  const session = seen.now.id;
  const recipe = await recipeOf(seen, cwd);
  if (!recipe.ok) return recipe;
  const { mcpAccept } = recipe.value;
  if (mcpAccept === 'never') return fail(mcpMessages.acceptNever({ session }));
  if (mcpAccept === 'allowed') return ok(true);
  if (ask === null) return fail(mcpMessages.acceptUnasked({ session }));
  const said = await ask(questionOf(seen));
  return said === 'unanswered' ? fail(mcpMessages.acceptUnanswered({ session })) : ok(said === 'yes');
}

/** The recipe that the session began with. One that has changed since is refused when the session is gone on with. */
async function recipeOf({ events }: Seen, cwd: string): Promise<Result<Recipe>> {
  const start = events.find((event) => event.type === 'session_start');
  const set = events.find((event) => event.type === 'run_options')?.set ?? [];
  return load(start?.recipe ?? '', { command: 'run', operands: [], flags: new Set(), values: { set } }, [cwd]);
}

const MOST_NAMED = 20;

/** What the user is asked, in words of ours and names that can't be taken for more. */
function questionOf({ found: { id, record }, place }: Seen): string {
  const plan = record.passes.at(-1)!.plan!;
  const titles = titlesOf(record);
  const files = plan.files.slice(0, MOST_NAMED).map(({ path, from, action }) => {
    const whose = fromTitle(from, titles);
    return `- ${cut(oneLine(path), 100)}: ${action === 'delete' ? 'deleted, as of ' : ''}${cut(oneLine(whose), 60)}`;
  });
  const more = plan.files.length - files.length;
  return [
    `Apply the plan of session ${id} to ${oneLine(place.repository.top)}, unstaged?`,
    `Task: “${cut(oneLine(record.prompt_summary), 120)}”`,
    ...files,
    ...(more > 0 ? [`- and ${more} more`] : []),
    provenLine(plan),
  ].join('\n');
}
