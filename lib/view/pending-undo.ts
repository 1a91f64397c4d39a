// What a run would have to undo if it ended now, in words: folded from the events. Decides and does nothing.
import type { Event } from '../core/events.ts';

const KINDS: Readonly<Record<string, string>> = {
  'user-changes': 'your uncommitted changes',
  'main-tree': 'your working tree',
  apply: 'your working tree',
  'new-branch': 'the new branch',
};

const PLACES: Readonly<Record<string, readonly [one: string, many: string]>> = {
  worktree: ['worktree and its branch', 'worktrees and their branches'],
  clone: ['clone', 'clones'],
  scratch: ['scratch folder', 'scratch folders'],
  remote: ['lane on another host', 'lanes on other hosts'],
};

export class PendingUndo {
  readonly #open = new Map<number, { readonly kind: string; readonly as?: unknown }>();

  apply(event: Event): void {
    if (event.type === 'effect') this.#open.set(event.id, event.undo);
    if (event.type === 'effect_undone') this.#open.delete(event.id);
  }

  /** In words, what is open right now; empty where nothing of the user's was touched. */
  now(): readonly string[] {
    const undos = [...this.#open.values()];
    const places = Object.entries(PLACES).flatMap(([place, [one, many]]) => {
      const count = undos.filter(({ kind, as }) => kind === 'workspace' && as === place).length;
      return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
    });
    return [...new Set([...undos.flatMap(({ kind }) => KINDS[kind] ?? []), ...places])];
  }
}
