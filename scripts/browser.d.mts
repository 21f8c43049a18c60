export interface FindBrowserOptions {
  readonly onProgress?: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: string;
  readonly isRoot?: boolean;
}

/** The path of a Chromium or Chrome; installs Debian's package if allowed. @throws {Error} that names a remedy. */
export function findChromium(options?: FindBrowserOptions): Promise<string>;

/** The path of a Firefox; installs Debian's package if allowed. @throws {Error} that names a remedy. */
export function findFirefox(options?: FindBrowserOptions): Promise<string>;

/** The path of nginx; installs Debian's, with its stream module, where it may. @throws Error that says what to do. */
export function findNginx(options?: FindBrowserOptions): Promise<string>;
