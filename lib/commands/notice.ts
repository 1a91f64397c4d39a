// What somebody who looks away is told, in words: what happened by the recipe's name alone, and the task as its user
// wrote it, made harmless. What a model says is never part of it. Pure.
import type { Moment } from '../core/recipe.ts';
import { cut, oneLine } from '../view/text.ts';

export interface Notice {
  readonly title: string;
  readonly text: string;
}

const TITLES: Readonly<Record<Moment, (command: string) => string>> = {
  question: (command) => `mm ${command} waits for your answer`,
  completed: (command) => `mm ${command} is complete`,
  failed: (command) => `mm ${command} has ended without a complete result`,
  budget: (command) => `mm ${command} has used up its budget`,
};

/** Signs that desktops take for markup, and notifiers for escapes; each by one that looks like it. */
const LOOKALIKES: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '&': '＆', '\\': '＼' };
const LONGEST = 160;

/** @param place the repository's folder; '': not known yet */
export function noticeOf(moment: Moment, of: { command: string; task: string; place: string }): Notice {
  const place = of.place === '' ? '' : ` in ${plain(of.place)}`;
  return { title: plain(TITLES[moment](of.command)), text: `“${plain(of.task)}”${place}` };
}

const plain = (text: string): string =>
  cut(oneLine(text).trim(), LONGEST).replace(/[<>&\\]/g, (sign) => LOOKALIKES[sign]!);
