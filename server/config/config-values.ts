const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/** Allowed origins. Default: all on a loopback host; otherwise the variable is required. */
export function parseOrigins(text: string | undefined, host: string): readonly string[] | '*' {
  if (!text) {
    if (LOOPBACK.test(host)) return '*';
    throw new Error(
      `TUI_CALL_ORIGINS is missing: with HOST=${host} set the origins of the pages that may connect, as in "https://app.example,https://www.example"`,
    );
  }
  if (text.trim() === '*') return '*';
  return text.split(',').map((member) => {
    const origin = member.trim();
    if (origin.includes('*') || URL.parse(origin)?.origin !== origin) {
      throw new Error(
        `TUI_CALL_ORIGINS: "${origin}" is not an origin; write it as "https://app.example" (lower case, no path, no trailing slash, no wildcard)`,
      );
    }
    return origin;
  });
}

/** The database. `sqlite::memory:` lasts as long as the process. */
export function parseDatabase(text: string | undefined): { readonly file: string } {
  const url = text || 'sqlite:tui-call.db';
  if (/^postgres(ql)?:/.test(url)) {
    throw new Error(
      'DATABASE_URL: this version does not support postgres://; use sqlite:<file>, as in "sqlite:tui-call.db"',
    );
  }
  const file = /^sqlite:(.+)$/.exec(url)?.[1];
  if (file === undefined || file.startsWith('//')) {
    throw new Error(
      `DATABASE_URL must be sqlite:<file>, as in "sqlite:tui-call.db" or "sqlite:/var/lib/tui-call/calls.db"`,
    );
  }
  return { file };
}
