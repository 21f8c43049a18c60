export interface FindSchemathesisOptions {
  readonly onProgress?: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly isRoot?: boolean;
}

/** The path of schemathesis; installs it once. @throws Error that says what to do. */
export function findSchemathesis(options?: FindSchemathesisOptions): Promise<string>;
