// The executors that a recipe can name: one line each.
import { answered } from './answered.ts';
import { apply } from './apply.ts';
import { ask } from './ask.ts';
import { capture } from './capture.ts';
import { command } from './command.ts';
import { compose } from './compose.ts';
import { confirm } from './confirm.ts';
import { cross_gates } from './cross-gates.ts';
import { deliver } from './deliver.ts';
import { detect } from './detect.ts';
import { event } from './event.ts';
import type { Executor } from './executor.ts';
import { fetch } from './fetch.ts';
import { find_gates } from './find-gates.ts';
import { folder } from './folder.ts';
import { gates } from './gates.ts';
import { judge } from './judge.ts';
import { adopt, keep_if_better } from './keep-if-better.ts';
import { model } from './model.ts';
import { prepare } from './prepare.ts';
import { read } from './read.ts';
import { repository } from './repository.ts';
import { reset } from './reset.ts';
import { review } from './review.ts';
import { revision } from './revision.ts';
import { stash } from './stash.ts';
import { take } from './take.ts';
import { task } from './task.ts';
import { tell_apart } from './tell-apart.ts';
import { workspace } from './workspace.ts';
import { write } from './write.ts';

export const executors: readonly Executor[] = [
  task,
  repository,
  folder,
  read,
  find_gates,
  ask,
  confirm,
  detect,
  stash,
  reset,
  write,
  workspace,
  prepare,
  model,
  capture,
  fetch,
  take,
  gates,
  cross_gates,
  tell_apart,
  judge,
  compose,
  keep_if_better,
  adopt,
  review,
  revision,
  apply,
  deliver,
  answered,
  event,
  command,
];
