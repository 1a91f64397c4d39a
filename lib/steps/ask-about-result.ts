// What becomes of an accepted result that fails in the user's own tree: asked at a terminal. Without one it stays, and
// the run ends as not complete. Takes nothing out itself: a run that ends as declined puts the tree back.
import { fail, ok, type Result } from '../core/failure.ts';
import { messages } from '../core/messages/run-messages.ts';
import type { Choice } from '../core/question.ts';
import type { Step } from '../core/step.ts';
import { passes } from '../evidence/evidence.ts';
import type { StepContext } from './executor.ts';
import { whyIncomplete } from './tree-verdict.ts';

type Answer = 'undo' | 'keep' | 'mend';

/** The rounds of the recipe that mend what is in the tree begin under this name. */
const MENDING = 'plan.integrate_after';

export async function askAboutResult({ run, pass }: StepContext): Promise<Result<undefined>> {
  const { verified } = run.record.result ?? {};
  const failing = Object.entries(verified?.gates ?? {})
    .filter(([gate, state]) => !passes(state) && !verified!.own.includes(gate))
    .map(([gate]) => run.gates[gate]?.title ?? gate);
  const why = whyIncomplete(run);
  if (failing.length === 0 || why === null || run.options.headless || run.options.yes) return ok(undefined);
  const who = run.primary(pass)?.slot.title;
  const choices: readonly Choice<Answer>[] = [
    { value: 'undo', label: 'Take it out again', hint: 'your tree is then as it was' },
    { value: 'keep', label: 'Keep it as it is', hint: 'mm undo takes it out later' },
    ...(who !== undefined && run.mends < mendingRounds(run.recipe.phases)
      ? [{ value: 'mend' as const, label: 'Mend it', hint: `${who} is told what fails, which costs tokens` }]
      : []),
  ];
  run.note(why.what, 'warning'); // too long for a question
  const text = `The result is in your tree, but ${failing.join(', ')} ${failing.length === 1 ? 'fails' : 'fail'} there. What now?`;
  run.emit({ type: 'question', text });
  const answer = await run.prompter.select({ message: text, choices, fresh: true, onEscape: 'keeps it' });
  if ('cancelled' in answer && answer.by === 'interrupt') return fail(messages.interrupted());
  const answered = 'cancelled' in answer ? 'keep' : answer.answered;
  run.emit({ type: 'answer', text, answer: answered, by: 'user' });
  if (answered === 'keep') return fail(why);
  if (answered === 'mend') {
    run.mends++;
    return ok(undefined);
  }
  run.emit({ type: 'result_undone' });
  return fail(messages.takenOut({ gates: failing }));
}

/** How often the recipe mends what is in the tree, if it can. */
function mendingRounds(steps: readonly Step[]): number {
  for (const step of steps) {
    if (step.when === MENDING) return typeof step.repeat === 'number' ? step.repeat : 1;
    const within = step.kind === 'group' ? mendingRounds(step.steps) : 0;
    if (within > 0) return within;
  }
  return 0;
}
