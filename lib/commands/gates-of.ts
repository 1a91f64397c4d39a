// The quality gates that a recipe would use in a repository, found as the step `find_gates` finds them, without a run.

import type { Recipe } from '../core/recipe.ts';
import { type ActionStep, actionsIn, type Step } from '../core/step.ts';
import { type FoundGates, findGates } from '../evidence/found-gates.ts';
import { repositoryTexts } from '../repository/texts.ts';
import { withHosts } from '../steps/find-gates.ts';

export function gatesOf(recipe: Recipe, top: string): FoundGates {
  const named = Object.keys(recipe.gates).length > 0;
  const found = named
    ? { gates: recipe.gates, from: {}, mistakes: [] }
    : findGates(repositoryTexts(top), recipe, documents(recipe.phases));
  return { ...found, gates: withHosts(found.gates, recipe) };
}

/** Whether a run of the recipe looks for gates at all. */
export const looksForGates = (recipe: Recipe): boolean => looking(recipe.phases).length > 0;

/** The documents that the recipe's own step looks into. */
const documents = (steps: readonly Step[]): readonly string[] =>
  looking(steps).flatMap(({ value }) => (value as { readonly blocks?: readonly string[] }).blocks ?? []);

const looking = (steps: readonly Step[]): readonly ActionStep[] =>
  actionsIn(steps).filter(({ executor }) => executor === 'find_gates');
