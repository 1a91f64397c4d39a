// Long work in one piece keeps everything else waiting: the view, a Ctrl-C, other lanes. This lets them have their
// turn.

/** So long, in milliseconds, before others get their turn. */
const LONGEST = 15;

/** Asked again and again in a long loop: gives the others a turn when it is time. */
export function takingTurns(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() < since + LONGEST) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}
