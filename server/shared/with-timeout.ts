import type { Clock } from './clock.ts';

/** The work's result, if it comes in time. @throws what the work throws, or an Error that it is late. */
export async function withTimeout<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(ms, () => reject(new Error(`nothing came within ${ms} ms`)));
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    cancel();
  }
}
