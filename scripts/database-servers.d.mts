export interface FindServerOptions {
  readonly onProgress?: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly isRoot?: boolean;
}

/** The folder with initdb and postgres; installs Debian's where it may. @throws Error that says what to do. */
export function findPostgres(options?: FindServerOptions): Promise<string>;

/** The path of redis-server; installs Debian's where it may. @throws Error that says what to do. */
export function findRedis(options?: FindServerOptions): Promise<string>;
