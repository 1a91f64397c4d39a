// What the preloaded fault.mjs is told, and what it found out.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT } from '../support/paths.ts';
import type { Room } from '../support/room.ts';

/**
 * Who is struck: `runner` alone; its `group`; `orphans`: runner and guardian, so that what they started lives on;
 * `all`: every process of the run at once, as by power loss; or a signal that it may answer to.
 */
export type How = 'runner' | 'group' | 'orphans' | 'all' | 'SIGINT' | 'SIGTERM' | 'SIGHUP' | HowFar;

/**
 * Of a lane on another host, while the runner lives on: the `connection` that a call goes through; the shell there that
 * answers the `call`; the `supervisor` there of a command; or the whole `host`, which is back after two seconds.
 */
export type HowFar = 'connection' | 'call' | 'supervisor' | 'host';

export interface Fault {
  /** At the n-th line of the journal, from 1: before it is written, when half of it is, or after. */
  readonly event?: number;
  readonly phase?: 'before' | 'torn' | 'after';
  /** At the n-th file operation or start of a process, from 1, and so many milliseconds later. */
  readonly operation?: number;
  /** Far away: so many after what is to be struck was first seen. */
  readonly wait?: number;
  readonly how?: How;
  /** How many passes the run has. Default 2. */
  readonly passes?: 1 | 2;
  /** Instead of striking: from that operation on the disk refuses with this code, for paths that contain `only`. */
  readonly fail?: 'ENOSPC' | 'EIO' | 'EROFS' | 'EMFILE';
  readonly only?: string;
}

export interface Counted {
  readonly operations: number;
  /** Types of the journal's lines, in order; of effects with their kind: `effect.apply`, `effect_undone.apply`. */
  readonly events: readonly string[];
}

const PRELOAD = pathToFileURL(join(PROJECT, 'test/faults/fault.mjs')).href;
const countFile = (room: Room): string => join(room.root, 'fault.json');

/** The environment that brings the fault into the program. */
export function faulty(room: Room, fault: Fault): Record<string, string> {
  for (const file of [countFile(room), `${countFile(room)}.struck`]) rmSync(file, { force: true });
  return {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    MM_FAULT: JSON.stringify({ ...fault, root: room.root, count: countFile(room) }),
  };
}

/** Whether the fault has struck; a run may end before it, or before there is what it would strike far away. */
export const struck = (room: Room): boolean => existsSync(`${countFile(room)}.struck`);

/** What was counted in a run that ended by itself. */
export const counted = (room: Room): Counted => JSON.parse(readFileSync(countFile(room), 'utf8')) as Counted;

/** `event:12:torn:all:2`, `event:12:after:host:2:150`, `operation:345:7:runner:1`: as MM_KILL takes it. */
export function describeFault({
  event,
  phase = 'after',
  operation,
  wait = 0,
  how = 'runner',
  passes = 2,
}: Fault): string {
  return event === undefined
    ? `operation:${operation}:${wait}:${how}:${passes}`
    : `event:${event}:${phase}:${how}:${passes}${wait === 0 ? '' : `:${wait}`}`;
}

export function readFault(text: string): Fault {
  const [kind, number, third, how, passes = '2', wait = '0'] = text.split(':');
  const rest = { how: how as How, passes: passes === '1' ? 1 : 2 } as const;
  if (kind === 'event')
    return { event: Number(number), phase: third as Fault['phase'] & string, wait: Number(wait), ...rest };
  if (kind === 'operation') return { operation: Number(number), wait: Number(third), ...rest };
  throw new Error(`MM_KILL=${text}: event:NUMBER:PHASE:HOW:PASSES or operation:NUMBER:MILLISECONDS:HOW:PASSES`);
}
