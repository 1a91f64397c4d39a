// Ctrl-C and its kin: the first asks the run to end and put everything back, the second leaves at once.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof SIGNALS)[number];

/** Programs of the user's that have the terminal right now: a Ctrl-C typed in them is meant for them. */
let lent = 0;

/** How long our own Ctrl-C may come after the end of the program that it was typed in. */
const LATE_MS = 1000;

/**
 * Does `work` while another program has the terminal.
 * @param work says whether that program was ended by a Ctrl-C: ours is on its way then, and is waited for
 */
export async function whileLent<T>(
  work: () => Promise<{ readonly value: T; readonly interrupted: boolean }>,
): Promise<T> {
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  process.on('SIGINT', arrived); // without a listener it would end this program too
  lent++;
  let late: NodeJS.Timeout | undefined;
  try {
    const { value, interrupted } = await work();
    if (interrupted) {
      const patience = new Promise<void>((resolve) => {
        late = setTimeout(resolve, LATE_MS);
      });
      await Promise.race([arrival, patience]);
    }
    return value;
  } finally {
    clearTimeout(late);
    lent--;
    process.off('SIGINT', arrived);
  }
}

let interrupted = false;
const expecting = new Set<() => void>();

/**
 * Whether an interrupt has come, or comes within a moment: who signals all of a run's processes may reach one of them
 * before the program itself.
 */
export async function interruptComes(): Promise<boolean> {
  if (interrupted) return true;
  await new Promise<void>((resolve) => {
    const patience = setTimeout(resolve, LATE_MS);
    expecting.add(() => {
      clearTimeout(patience);
      resolve();
    });
  });
  return interrupted;
}

/**
 * Calls `first` on the first of these signals and `again` on each further one.
 * @returns gives the signals back to the system
 */
export function onInterrupt(first: (signal: Signal) => void, again: (signal: Signal) => void): () => void {
  let seen = false;
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      if (signal === 'SIGINT' && lent > 0) return;
      if (seen) return again(signal);
      seen = true;
      interrupted = true;
      for (const arrived of expecting) arrived();
      expecting.clear();
      first(signal);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    interrupted = false;
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
