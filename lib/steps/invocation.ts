// How a run was asked for: what the command line says beside the recipe.
import type { Amount } from '../core/budget.ts';
import type { Delivery } from '../core/delivery.ts';
import type { Located } from '../repository/locate.ts';

export interface RunOptions {
  readonly headless: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly only: readonly string[] | null;
  readonly without: readonly string[];
  /** Values that the command line sets as a trigger would. */
  readonly triggers: Readonly<Record<string, string | number>>;
  /** `--set` as written, so that a resumed run has them too. */
  readonly set: readonly string[];
  /** `--budget`: what it says takes the place of the recipe's. */
  readonly budget: Amount | null;
  /** What `--commit`, `--branch` and `--pr` ask for; absent: the result comes into the working tree. */
  readonly delivery?: Delivery;
  /** null: not given, to be asked for. */
  readonly task: string | null;
  /** Its trigger words have been read before. */
  readonly taskRead?: boolean;
  /** Where the repository is looked for, and what is known of it already. */
  readonly cwd: string;
  readonly located?: Located;
}
