import { readFileSync } from 'node:fs';
import { Secret } from '../shared/secret.ts';

/** A Postgres database, and the hosts that may be its primary, in the order in which they are tried. */
export interface PostgresAddress {
  readonly hosts: readonly PostgresHost[];
  readonly user: string;
  readonly password: Secret | null;
  readonly database: string;
  readonly tls: PostgresTls | null;
}

export interface PostgresHost {
  readonly host: string;
  readonly port: number;
}

export interface PostgresTls {
  /** `require` encrypts; `verify-full` also checks certificate and host name. */
  readonly mode: 'require' | 'verify-full';
  /** PEM of the certificate authorities; null: those of Node. */
  readonly authorities: string | null;
}

const EXAMPLE = 'postgres://user:password@db1.example:5432,db2.example:5432/tui_call';
const DEFAULT_PORT = 5432;
const TLS_MODES = ['disable', 'require', 'verify-full'] as const;

/**
 * Parses `postgres://user:password@host:port,host:port/database?sslmode=…&sslrootcert=…`. WHATWG URLs and
 * node-postgres know one host only.
 *
 * @throws an Error that names the problem, without the password.
 */
export function parsePostgresAddress(text: string): PostgresAddress {
  const parts =
    /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#@]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text);
  if (parts === null) throw invalid('is malformed');
  const [, credentials = '', hosts = '', database = '', query = ''] = parts;
  const colon = credentials.indexOf(':');
  const user = decoded(colon < 0 ? credentials : credentials.slice(0, colon));
  const password = colon < 0 ? '' : decoded(credentials.slice(colon + 1));
  if (user === '') throw invalid('names no user');
  if (database === '') throw invalid('names no database');
  return {
    hosts: hosts.split(',').map(parseHost),
    user,
    password: password === '' ? null : new Secret(password),
    database: decoded(database),
    tls: parseTls(new URLSearchParams(query)),
  };
}

function parseHost(text: string): PostgresHost {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[2] ?? DEFAULT_PORT);
  const host = match?.[1];
  if (host === undefined || port < 1 || port > 65_535)
    throw invalid(`has no valid host in "${text}"`);
  return { host: host.replace(/^\[|\]$/g, ''), port };
}

function parseTls(query: URLSearchParams): PostgresTls | null {
  for (const name of query.keys()) {
    if (name !== 'sslmode' && name !== 'sslrootcert') {
      throw invalid(`has the unknown parameter "${name}" (there are sslmode and sslrootcert)`);
    }
  }
  const mode = TLS_MODES.find((one) => one === (query.get('sslmode') ?? 'disable'));
  if (mode === undefined) throw invalid(`must have one of ${TLS_MODES.join(', ')} as sslmode`);
  const file = query.get('sslrootcert');
  if (mode === 'disable') return null;
  return { mode, authorities: file === null ? null : readAuthorities(file) };
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(`names an sslrootcert that cannot be read: ${String(error)}`);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('has a % that encodes nothing; write % as %25');
  }
}

function invalid(why: string): Error {
  return new Error(`DATABASE_URL ${why}; write it as "${EXAMPLE}"`);
}
