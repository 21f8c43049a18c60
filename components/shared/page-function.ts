type PageFunction = ((userId: string) => string | null) | null | undefined;

/** The URL that a function of the page returns for a user; '' without one. A function that throws must not end a ring. */
export function urlFor(ask: PageFunction, userId: string): string {
  try {
    return ask?.(userId) ?? '';
  } catch (cause) {
    reportError(cause);
    return '';
  }
}
