// What the command line says of a run.
import { AMOUNT, parseAmount } from '../core/budget.ts';
import { whyNoBranch } from '../core/delivery.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { deliverMessages } from '../core/messages/deliver-messages.ts';
import type { RunOptions } from '../steps/invocation.ts';
import type { CommandLine } from './arguments.ts';

/** The options of a run, apart from the task. */
export function readOptions(line: CommandLine): Result<RunOptions> {
  const triggers: Record<string, string | number> = {};
  const passes = line.values.passes?.[0];
  if (passes !== undefined) {
    if (!/^[1-9]\d*$/.test(passes))
      return fail(cliMessages.badValue({ option: '--passes', value: passes, expected: 'a number from 1 on' }));
    triggers.passes = Number(passes);
  }
  const timeout = line.values.timeout?.[0];
  if (timeout !== undefined) {
    if (!/^(none|[1-9]\d*)$/.test(timeout))
      return fail(
        cliMessages.badValue({ option: '--timeout', value: timeout, expected: 'a number of seconds, or none,' }),
      );
    triggers.timeout = timeout;
  }
  const spend = line.values.budget?.[0];
  const budget = spend === undefined ? null : parseAmount(spend);
  if (budget === undefined) return fail(cliMessages.badValue({ option: '--budget', value: spend!, expected: AMOUNT }));
  const branch = line.values.branch?.[0] ?? null;
  const why = branch === null ? null : whyNoBranch(branch);
  if (why !== null) return fail(deliverMessages.noBranchName({ name: branch!, why }));
  const delivers = branch !== null || line.flags.has('commit') || line.flags.has('pr');
  const slots = (option: string) =>
    line.values[option]?.flatMap((value) =>
      value
        .split(',')
        .map((slot) => slot.trim())
        .filter(Boolean),
    );
  return ok({
    headless: line.flags.has('headless') || process.stdin.isTTY !== true,
    yes: line.flags.has('yes'),
    dryRun: line.flags.has('dry-run'),
    only: slots('only') ?? null,
    without: slots('without') ?? [],
    set: line.values.set ?? [],
    triggers,
    budget,
    ...(delivers && { delivery: { branch, pr: line.flags.has('pr') } }),
    task: null,
    cwd: '.',
  });
}
