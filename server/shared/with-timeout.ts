import type { Clock } from './clock.ts';

/** The result of `work`. @throws what `work` throws, or an Error after `ms` milliseconds. */
export async function withTimeout<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(ms, () => reject(new Error(`no result within ${ms} ms`)));
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    cancel();
  }
}
