/** The errors that the browser reports while `act` runs: those that a listener has thrown. */
export async function reportedErrors(act: () => Promise<void> | void): Promise<unknown[]> {
  const errors: unknown[] = [];
  const { onerror } = window;
  window.onerror = (_message, _source, _line, _column, error): boolean => {
    errors.push(error);
    return true;
  };
  try {
    await act();
  } finally {
    window.onerror = onerror;
  }
  return errors;
}
