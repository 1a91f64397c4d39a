// Looks at what a recipe lets a run spend: whether that can be counted here, and whether its prices are of use. Spends
// nothing.
import { inWords } from '../core/budget.ts';
import { complaint, type Finding, good } from '../core/finding.ts';
import type { Recipe } from '../core/recipe.ts';
import { uncounted, unusedPrices } from '../steps/within-budget.ts';
import { usedBackend } from './examine-models.ts';

/** @param around the repository, whose own files are never taken for a command line */
export function examineBudget(recipe: Recipe, around: string | null): readonly Finding[] {
  const used = Object.values(recipe.slots).flatMap((slot) => usedBackend(slot, around) ?? []);
  const complaints = [
    ['budget', uncounted(recipe.budget, recipe, used)],
    ['prices', unusedPrices(recipe)],
  ] as const;
  return [
    ...(recipe.budget === null ? [] : [good('budget', inWords(recipe.budget))]),
    ...complaints.flatMap(([subject, said]) => (said === null ? [] : [complaint(subject, 'warning', said)])),
  ];
}
