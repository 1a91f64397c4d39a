// Lets a bounded number of jobs run at once; the others wait in order.

export type Limiter = <T>(job: () => Promise<T>) => Promise<T>;

/** @param most how many jobs may run at the same time, at least 1 */
export function createLimiter(most: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (job) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
