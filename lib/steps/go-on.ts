// A slot's model goes on with its own candidate: where it lies, and in the session of its CLI, where it has one; else
// with the whole prompt again and what it has made of it. Where that fails the candidate stands as it was.

import { join } from 'node:path';
import { holds } from '../candidate/capture-workspace.ts';
import { fileDiffs } from '../candidate/diff.ts';
import type { Workspace } from '../candidate/workspaces.ts';
import type { NamedTree } from '../core/candidate.ts';
import { FailureError, fail, ok, type Result, resultOf } from '../core/failure.ts';
import { isHostsFault } from '../core/messages/host-messages.ts';
import { modelMessages } from '../core/messages/model-messages.ts';
import { messages } from '../core/messages/run-messages.ts';
import { sessionId } from '../model/answer.ts';
import { readText, writeAtomic } from '../system/files.ts';
import { beforeModel, begun, captureWithSide } from './capturing.ts';
import { askIn, changeOnBench } from './change-on-bench.ts';
import type { StepContext, StepResult } from './executor.ts';
import { fenced } from './fenced.ts';
import { roomFor, shownPath } from './judged-versions.ts';
import type { Asked, Onward, Participant } from './model-question.ts';
import { layOutElsewhere } from './move-lane.ts';
import { treeOf } from './named-trees.ts';
import { layOut } from './on-bench.ts';
import type { Run } from './run-context.ts';

/** @param text what is wanted now */
export async function goOn(context: StepContext, participant: Participant, text: string): Promise<StepResult> {
  const { run, pass, fields, id: step } = context;
  const given = treeOf(run, pass, fields.from);
  if (given === null) return fail(messages.stepTooEarly({ step, why: 'there is no tree to go on with' }));
  const dir = await run.session.passDir(pass);
  const name = `${step}.${participant.slot.id}`;
  const whole = typeof fields.prompt === 'string' ? ((await readText(join(dir, fields.prompt))) ?? '') : '';
  const prompt = [whole, await madeSoFar(run, participant, given.tree), text]
    .filter((part) => part !== '')
    .join('\n\n');
  const promptFile = run.freshFile(dir, `prompt.${name}`, 'md');
  await writeAtomic(promptFile, prompt);
  const workspace = await placeOf(context, participant, given.tree);
  // a session remembers where it worked: elsewhere its model would still write there
  const onward = workspace === null ? null : sessionOf(run, pass, participant, given, text, workspace.far?.host.name);
  const question: Asked = {
    participant,
    prompt,
    promptFile,
    name,
    readOnly: false,
    from: given.tree,
    ...(onward === null ? {} : { onward }),
  };
  const done =
    workspace === null
      ? await changeOnBench(context, question, given.tree, { folder: name, says: participant.slot.title })
      : await inPlace(context, question, workspace, given.tree);
  if (done.ok) return ok({ id: given.id, tree: done.value.tree });
  return context.signal.aborted ? done : ok(given);
}

/** The session in which it made the candidate, on the host where that lies, as far as its CLI told one; null: none. */
function sessionOf(
  run: Run,
  pass: number,
  { slot }: Participant,
  given: NamedTree,
  text: string,
  host: string | undefined,
): Onward | null {
  const attempts = given.id === slot.id ? (run.passRecord(pass)?.models[slot.id]?.attempts ?? []) : [];
  const last = attempts.findLast(({ session }) => session);
  const session = sessionId(last?.session); // the journal is ours, the id is not
  if ((last?.host ?? host) !== host) return null;
  return last === undefined || session === null ? null : { cli: last.backend, session, text, tree: given.tree };
}

/** Its own place, with nothing in it but the candidate; null: it has none (any more), or that can't be seen to. */
async function placeOf(context: StepContext, { slot }: Participant, tree: string): Promise<Workspace | null> {
  const { run } = context;
  const workspace = run.places.workspaces.get(slot.id);
  if (!workspace) return null;
  await run.places.withdraw(workspace); // once its lane was done, trees were tried there
  await beforeModel(run, workspace);
  if (workspace.kind === 'main') return (await holds(run.store, workspace, tree)) ? workspace : null;
  // gates may have left files there
  const laid = await resultOf(async () => ok(await layOut(run, workspace, tree)));
  if (laid.ok) return workspace;
  if (isHostsFault(laid.failure)) return layOutElsewhere(context, workspace, tree, laid.failure.what);
  throw new FailureError(laid.failure);
}

async function inPlace(
  context: StepContext,
  question: Asked,
  workspace: Workspace,
  given: string,
): Promise<Result<{ readonly tree: string }>> {
  const { run, pass } = context;
  const answer = await askIn(context, question, workspace, async (keeps, place) => {
    if (!keeps) await putBack(run, place, given);
    await begun(run, place);
  });
  if (!answer.ok) return answer;
  const tree = answer.value.left?.tree ?? given;
  if (run.places.captured.get(workspace.id)?.tree === tree)
    await captureWithSide(run, workspace, join(await run.session.passDir(pass), 'left-out', question.name));
  return ok({ tree });
}

/** The candidate as it was, before another attempt. @throws FailureError where only the end of the lane sees to that */
async function putBack(run: Run, workspace: Workspace, tree: string): Promise<void> {
  if (workspace.kind !== 'main') return layOut(run, workspace, tree);
  if (!(await holds(run.store, workspace, tree))) throw new FailureError(modelMessages.leftInTree());
}

/** What it has made, for one that does not remember. */
async function madeSoFar(run: Run, participant: Participant, tree: string): Promise<string> {
  let room = Math.floor(roomFor(participant) / 2);
  const parts: string[] = [];
  for (const { path, text, cut } of await fileDiffs(run.store, run.baseTree, tree, room)) {
    const diff = text.slice(0, room);
    room -= diff.length;
    if (diff === '') parts.push(`### ${shownPath(path)}\n\n(Left out here for its length.)`);
    else
      parts.push(`### ${shownPath(path)}\n\n${fenced(diff, 'diff')}${cut || diff !== text ? '\n\n(Cut here.)' : ''}`);
  }
  if (parts.length === 0) return '';
  return [
    '## What you have made of it so far',
    'These changes of yours are in the current folder already, uncommitted.',
    ...parts,
  ].join('\n\n');
}
