// Checks single texts of a recipe: a command's words, a regular expression.
import { mistakes } from '../core/messages/recipe-mistakes.ts';
import type { Scope } from './names.ts';
import type { Report } from './parse.ts';
import { checkNoReferences, checkReferences, knows, type Use } from './references.ts';
import { soleReference } from './template.ts';
import { textsIn } from './text-purposes.ts';
import { itemsOf, type ScalarTree, type Tree, textOf } from './tree.ts';

/** A command that is no model's: a program, and arguments that carry no model's words. */
export function checkVector(vector: Tree | undefined, scope: Scope, report: Report): void {
  for (const [i, argument] of itemsOf(vector).entries()) {
    if (argument.kind !== 'scalar') continue;
    if (i === 0) checkProgram(argument, report);
    checkReferences(argument, 'safe', knows(scope), report);
  }
}

/** Every text of a value. */
export function checkTexts(tree: Tree | undefined, use: Use, scope: Scope, report: Report): void {
  for (const text of textsIn(tree)) checkReferences(text, use, knows(scope), report);
}

/** A command of a model, or one that is as free. */
export function checkCommand(vector: Tree | undefined, scope: Scope, report: Report): void {
  for (const [i, argument] of itemsOf(vector).entries()) checkArgument(argument, i, scope, report);
}

/** One word of a model's command, which may carry the prompt alone. */
export function checkArgument(argument: Tree, index: number, scope: Scope, report: Report): void {
  const text = textOf(argument);
  if (text === undefined || argument.kind !== 'scalar') return;
  if (index === 0) checkProgram(argument, report);
  if (soleReference(text) === 'prompt') return;
  if (text.includes('${prompt}')) checkNoReferences(argument, mistakes.promptNotAlone(), report, '${prompt}');
  else checkReferences(argument, 'safe', knows(scope), report);
}

/** The first word of a command. */
export function checkProgram(argument: ScalarTree, report: Report): void {
  const text = String(argument.value);
  if (text.startsWith('-')) report(argument.place, mistakes.looksLikeOption(text));
}

/** @returns the expression; null where there is none, or after reporting what is wrong with it */
export function checkRegex(tree: Tree | undefined, flags: string, report: Report): RegExp | null {
  const text = textOf(tree);
  if (text === undefined) return null;
  try {
    return new RegExp(text, flags);
  } catch (error) {
    report(
      tree!.place,
      mistakes.badRegex((error as Error).message.replace(/^Invalid regular expression: (\/.*\/[a-z]*: )?/s, '')),
    );
    return null;
  }
}
