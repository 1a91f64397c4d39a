// Ctrl-C and its kin: the first asks the run to end and put everything back, the second leaves at once.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof SIGNALS)[number];

/** Programs of the user's that have the terminal right now: a Ctrl-C typed in them is meant for them. */
let lent = 0;

/** Does `work` while another program has the terminal. */
export async function whileLent<T>(work: () => Promise<T>): Promise<T> {
  const ignore = (): void => {};
  process.on('SIGINT', ignore); // without a listener it would end this program too
  lent++;
  try {
    return await work();
  } finally {
    lent--;
    process.off('SIGINT', ignore);
  }
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
      first(signal);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
