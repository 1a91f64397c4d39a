// Ends everything that a command started: TERM, a grace, then KILL, looking again until nothing is found.
// It starts no process; how the list of processes is come by is handed in.
import { belongingTo, type Owner, type ProcessRow } from './processes-left.ts';

/** All living processes, or null where the system tells of none: then only the owner's group is known. */
export type ListProcesses = () => readonly ProcessRow[] | null;

type Member = Pick<ProcessRow, 'pid' | 'group' | 'start'>;

/** How long after KILL a process may still be there (waiting for a disk, say) before we stop waiting for it. */
const GIVE_UP_MS = 10_000;

export interface Ending {
  /** How many processes had to be told. */
  readonly found: number;
  /** Pids that even KILL did not end. */
  readonly left: readonly number[];
}

/**
 * Ends all processes of `owner`.
 * @param graceMs how long TERM may take
 */
export async function endProcesses(owner: Owner, list: ListProcesses, graceMs: number): Promise<Ending> {
  const began = performance.now();
  const told = new Set<string>();
  // What is just becoming another program shows no environment for an instant: known by that alone, it is missed then.
  let looks = owner.pid === null ? 2 : 1;
  for (let pause = 5; ; pause = Math.min(pause * 2, 40)) {
    const members = membersOf(owner, list);
    const elapsed = performance.now() - began;
    if (members.length === 0 && --looks === 0) return { found: told.size, left: [] };
    if (elapsed > graceMs + GIVE_UP_MS) return { found: told.size, left: members.map((member) => member.pid) };
    if (elapsed >= graceMs) for (const member of killUntilNoneIsNew(owner, list, members)) told.add(member);
    else ask(owner, members, told);
    // They need not be our children, so there is no event to wait for: look again.
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** KILLs all processes of `owner` without waiting for them to be gone: for the last moment of a run. */
export function killProcesses(owner: Owner, list: ListProcesses): void {
  killUntilNoneIsNew(owner, list, membersOf(owner, list));
}

function membersOf(owner: Owner, list: ListProcesses): readonly Member[] {
  const rows = list();
  if (rows !== null) return belongingTo(owner, rows);
  const group = owner.pid;
  return group !== null && signal(-group, 0) ? [{ pid: -group, group, start: null }] : [];
}

/** TERM to each that was not told yet; the group in one go the first time, since a part of it may restart the rest. */
function ask(owner: Owner, members: readonly Member[], told: Set<string>): void {
  const fresh = members.filter((member) => !told.has(identity(member)));
  const asGroup = told.size === 0 ? owner.pid : null;
  if (asGroup !== null) signal(-asGroup, 'SIGTERM');
  for (const member of fresh) if (member.group !== asGroup) signal(member.pid, 'SIGTERM');
  // A stopped process takes its TERM only when it goes on.
  for (const member of fresh) signal(member.pid, 'SIGCONT');
  for (const member of fresh) told.add(identity(member));
}

/** Looks again at once after each round: what forks while it is killed must not win. */
function killUntilNoneIsNew(owner: Owner, list: ListProcesses, first: readonly Member[]): ReadonlySet<string> {
  const killed = new Set<string>();
  let members = first;
  for (let round = 0; round < 50 && members.some((member) => !killed.has(identity(member))); round++) {
    if (owner.pid !== null && members.some((member) => member.group === owner.pid)) signal(-owner.pid, 'SIGKILL');
    for (const member of members) signal(member.pid, 'SIGKILL');
    for (const member of members) killed.add(identity(member));
    members = membersOf(owner, list);
  }
  return killed;
}

const identity = (member: Member): string => `${member.pid}:${member.start}`;

/** Sends a signal (0: only asks); false when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    // EPERM: it is there, but runs as another user (sudo), and is not ours to end.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
