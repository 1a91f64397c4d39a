// What a run would have to put back if it ended now, in words: folded from the events. Decides and does nothing.
import type { Event } from '../core/event.ts';

export interface PuttingBack {
  readonly apply: (event: Event) => void;
  /** In words, what is open right now; empty where nothing of the user's was touched. */
  readonly now: () => readonly string[];
}

const KINDS: Readonly<Record<string, string>> = {
  'user-changes': 'your uncommitted changes',
  'main-tree': 'your working tree',
  apply: 'your working tree',
};

const PLACES: Readonly<Record<string, readonly [one: string, many: string]>> = {
  worktree: ['worktree and its branch', 'worktrees and their branches'],
  clone: ['clone', 'clones'],
  scratch: ['scratch folder', 'scratch folders'],
};

export function createPuttingBack(): PuttingBack {
  const open = new Map<number, { readonly kind: string; readonly as?: unknown }>();
  return {
    apply(event) {
      if (event.type === 'effect') open.set(event.id, event.undo);
      if (event.type === 'effect_undone') open.delete(event.id);
    },
    now() {
      const undos = [...open.values()];
      const mine = undos.flatMap(({ kind }) => KINDS[kind] ?? []);
      const places = Object.entries(PLACES).flatMap(([place, [one, many]]) => {
        const count = undos.filter(({ kind, as }) => kind === 'workspace' && as === place).length;
        return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
      });
      return [...new Set([...mine, ...places])];
    },
  };
}
