/** A promise that a test fulfils. */
export function deferred(): { readonly promise: Promise<void>; readonly fulfil: () => void } {
  let fulfil = (): void => undefined;
  const promise = new Promise<void>((resolve) => (fulfil = resolve));
  return { promise, fulfil: () => fulfil() };
}
