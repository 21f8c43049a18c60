import { LIMITS } from '../../src/protocol/index.ts';
import { parseApiKeys } from '../auth/api-keys.ts';
import { parseKeys, parseNoKidUntil } from '../auth/key-ring.ts';
import type { SigningKey } from '../auth/key-ring.ts';
import { parseDatabase, parseNode, parseOrigins, parseRedis } from './config-values.ts';
import type { DatabaseConfig } from './config-values.ts';
import { parseGroupCallback } from '../groups/group-callback.ts';
import type { GroupCallbackConfig } from '../groups/group-callback.ts';
import { parseVapid } from '../push/vapid.ts';
import type { PushConfig } from '../push/vapid.ts';
import { DEFAULT_RATES } from '../limits/rates.ts';
import type { Rates } from '../limits/rates.ts';
import { LOG_LEVELS } from '../shared/log.ts';
import type { LogLevel } from '../shared/log.ts';
import { Secret } from '../shared/secret.ts';

/** Configuration of a call server. */
export interface Config {
  /** Address at which the server listens. */
  readonly host: string;
  /** 0: a free port. */
  readonly port: number;
  /** The first key signs; all verify. */
  readonly keys: readonly SigningKey[];
  /** Until when userSigs without a `kid` are accepted although there are several keys; epoch ms, 0: never. */
  readonly noKidUntil: number;
  /** The back end that confirms group membership; null: only userSigs prove it. */
  readonly groupCallback: GroupCallbackConfig | null;
  /** Keys of the REST API; without a key the API is closed. */
  readonly apiKeys: readonly Secret[];
  /** Exact origins of pages that may connect, or '*' for all. */
  readonly origins: readonly string[] | '*';
  /** URLs and API key of the LiveKit server. */
  readonly livekit: LivekitConfig;
  readonly database: DatabaseConfig;
  /** URL of Redis, which connects several nodes; null: there is one node only. */
  readonly redisUrl: Secret | null;
  /** Name of this node; null: a random name. */
  readonly node: string | null;
  /** Lowest level of the log lines that are written. */
  readonly logLevel: LogLevel;
  /** `single`: a user's newer session signs the older ones out. */
  readonly sessions: 'multiple' | 'single';
  /** Call waiting: a user in a call can be rung by another one instead of being busy. */
  readonly callWaiting: boolean;
  /** Maximum members of a call, the caller included. */
  readonly maxMembers: number;
  /** How long a call continues in which only media, and no signalling, reaches the servers. */
  readonly mediaOnlyMs: number;
  /** Callbacks may go to private and loopback addresses, over http, and to every port. */
  readonly callbackPrivateNetworks: boolean;
  /** How long records and usage are kept; null: for ever. */
  readonly retentionMs: number | null;
  /** How devices are notified of rings. */
  readonly push: PushConfig;
  /** Limits per user, connection and address. */
  readonly rates: Rates;
}

export interface LivekitConfig {
  /** http(s)://, for the API. */
  readonly apiUrl: string;
  /** ws(s)://, for browsers. */
  readonly publicUrl: string;
  readonly apiKey: string;
  readonly apiSecret: Secret;
}

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** All problems of the environment, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One sentence per missing or invalid variable. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the server's configuration from environment variables.
 *
 * @throws {ConfigError} that lists every missing or invalid variable.
 */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const attempt = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  };
  const host = env['HOST'] || '127.0.0.1';
  const config: Config = {
    host,
    port: attempt(() => wholeNumber(env, 'PORT', 8787, 0, 65_535), 0),
    keys: attempt(() => parseKeys(env['TUI_CALL_SECRET'], env['TUI_CALL_SECRETS']), []),
    noKidUntil: attempt(() => parseNoKidUntil(env['TUI_CALL_NO_KID_UNTIL'], Date.now()), 0),
    groupCallback: attempt(
      () => parseGroupCallback(env['TUI_CALL_GROUP_URL'], env['TUI_CALL_GROUP_SECRET']),
      null,
    ),
    apiKeys: attempt(() => parseApiKeys(env['TUI_CALL_API_KEYS']), []),
    origins: attempt(() => parseOrigins(env['TUI_CALL_ORIGINS'], host), []),
    livekit: readLivekit(env, attempt),
    database: attempt(() => parseDatabase(env['DATABASE_URL']), { file: '' }),
    redisUrl: attempt(() => parseRedis(env['REDIS_URL'], env['DATABASE_URL']), null),
    node: attempt(() => parseNode(env['TUI_CALL_NODE']), null),
    logLevel: attempt(() => oneOf(env, 'LOG_LEVEL', LOG_LEVELS, 'info'), 'info'),
    sessions: attempt(() => oneOf(env, 'TUI_CALL_SESSIONS', SESSIONS, 'multiple'), 'multiple'),
    callWaiting: attempt(() => oneOf(env, 'TUI_CALL_BUSY', BUSY, 'busy'), 'busy') === 'ring',
    maxMembers: attempt(() => readMaxMembers(env), 2),
    mediaOnlyMs: attempt(() => readMediaOnlyMs(env), 0),
    callbackPrivateNetworks:
      attempt(() => oneOf(env, 'TUI_CALL_CALLBACK_PRIVATE_NETWORKS', ['0', '1'], '0'), '0') === '1',
    retentionMs: attempt(() => readRetentionMs(env), null),
    push: attempt(() => readPush(env), { vapid: null, showCaller: false }),
    rates: attempt(() => readRates(env), DEFAULT_RATES),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

const BUSY = ['busy', 'ring'] as const;
const SESSIONS = ['multiple', 'single'] as const;

function readMaxMembers(env: Environment): number {
  return wholeNumber(env, 'TUI_CALL_MAX_MEMBERS', LIMITS.callMembers, 2, LIMITS.maxCallMembers);
}

function readMediaOnlyMs(env: Environment): number {
  return wholeNumber(env, 'TUI_CALL_MEDIA_ONLY_MINUTES', 5, 1, 1440) * 60_000;
}

function readRetentionMs(env: Environment): number | null {
  const days = wholeNumber(env, 'TUI_CALL_RETENTION_DAYS', 0, 1, 36_500);
  return days === 0 ? null : days * 86_400_000;
}

function readPush(env: Environment): PushConfig {
  const [subject, publicKey] = [env['TUI_CALL_VAPID_SUBJECT'], env['TUI_CALL_VAPID_PUBLIC']];
  const vapid = parseVapid(subject, publicKey, env['TUI_CALL_VAPID_PRIVATE']);
  const caller = oneOf(env, 'TUI_CALL_PUSH_CALLER', ['show', 'hide'], 'show');
  return { vapid, showCaller: caller === 'show' };
}

function readRates(env: Environment): Rates {
  const { callsPerMinute, ringsPerMinute, commandsPerSecond } = DEFAULT_RATES;
  const calls = wholeNumber(env, 'TUI_CALL_RATE_CALLS_PER_MINUTE', callsPerMinute, 1, 1e6);
  const commands = wholeNumber(env, 'TUI_CALL_RATE_COMMANDS_PER_SECOND', commandsPerSecond, 1, 1e6);
  return {
    ...DEFAULT_RATES,
    callsPerMinute: calls,
    // In the same proportion as the defaults.
    callsPerPairPerMinute: Math.ceil(calls / 2),
    ringsPerMinute: wholeNumber(env, 'TUI_CALL_RATE_RINGS_PER_MINUTE', ringsPerMinute, 1, 1e6),
    apiRequestsPerMinute: wholeNumber(
      env,
      'TUI_CALL_RATE_API_PER_MINUTE',
      DEFAULT_RATES.apiRequestsPerMinute,
      0,
      1e6,
    ),
    commandsPerSecond: commands,
    commandBurst: Math.ceil((commands * 10) / 3),
    connectionsPerAddress: env['TUI_CALL_CONNECTIONS_PER_ADDRESS']
      ? wholeNumber(env, 'TUI_CALL_CONNECTIONS_PER_ADDRESS', 0, 0, 1e6)
      : null,
  };
}

function readLivekit(
  env: Environment,
  attempt: <T>(read: () => T, otherwise: T) => T,
): LivekitConfig {
  const url = attempt(() => mediaUrl(env, 'LIVEKIT_URL'), '');
  const publicUrl = env['LIVEKIT_PUBLIC_URL']
    ? attempt(() => mediaUrl(env, 'LIVEKIT_PUBLIC_URL'), '')
    : url;
  return {
    apiUrl: url.replace(/^ws/, 'http'),
    publicUrl: publicUrl.replace(/^http/, 'ws'),
    apiKey: attempt(() => required(env, 'LIVEKIT_API_KEY'), ''),
    apiSecret: new Secret(attempt(() => required(env, 'LIVEKIT_API_SECRET'), '')),
  };
}

function mediaUrl(env: Environment, name: string): string {
  const text = required(env, name);
  const url = URL.parse(text);
  if (url === null || !/^(wss?|https?):$/.test(url.protocol)) {
    throw new Error(`${name} must be a ws://, wss://, http:// or https:// URL, not "${text}"`);
  }
  return text.replace(/\/+$/, '');
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}

function wholeNumber(env: Environment, name: string, byDefault: number, min: number, max: number) {
  const text = env[name];
  if (!text) return byDefault;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) {
    throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

function oneOf<T extends string>(
  env: Environment,
  name: string,
  allowed: readonly T[],
  byDefault: T,
): T {
  const text = env[name];
  if (!text) return byDefault;
  const found = allowed.find((one) => one === text);
  if (found === undefined)
    throw new Error(`${name} must be one of ${allowed.join(', ')}, not "${text}"`);
  return found;
}
