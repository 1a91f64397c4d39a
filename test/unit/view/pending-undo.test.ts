import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Undo } from '../../../lib/core/events.ts';
import { PendingUndo } from '../../../lib/view/pending-undo.ts';
import { stamp } from './events.ts';

test('says what is open, once each, and nothing of what was undone already', () => {
  const pending = new PendingUndo();
  const effect = (id: number, undo: Undo) => pending.apply(stamp({ type: 'effect', id, undo }));
  assert.equal(pending.now(), []);
  effect(1, { kind: 'guard' });
  assert.equal(pending.now(), []);
  effect(2, { kind: 'user-changes' });
  effect(3, { kind: 'main-tree' });
  effect(4, { kind: 'workspace', as: 'worktree' });
  effect(5, { kind: 'workspace', as: 'worktree' });
  effect(6, { kind: 'workspace', as: 'scratch' });
  effect(7, { kind: 'apply' });
  assert.equal(pending.now(), [
    'your uncommitted changes',
    'your working tree',
    '2 worktrees and their branches',
    '1 scratch folder',
  ]);
  for (const id of [2, 5, 6]) pending.apply(stamp({ type: 'effect_undone', id }));
  assert.equal(pending.now(), ['your working tree', '1 worktree and its branch']);
});

test.run();
