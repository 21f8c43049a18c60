import type { Config } from './config/config.ts';
import { GroupCallback } from './groups/group-callback.ts';
import { parseUserId } from '../src/protocol/index.ts';
import { LivekitServer } from './media/livekit-server.ts';
import { SteadyClock } from './shared/clock.ts';
import { createLog } from './shared/log.ts';
import { networkCause } from './shared/network-cause.ts';
import { randomId } from './shared/random-id.ts';
import type { Secret } from './shared/secret.ts';
import { checkDatabaseFile } from './store/sqlite-check.ts';

const TIMEOUT_MS = 3_000;

/** A part of the deployment that `check` examines. */
export interface Check {
  readonly name: string;
  /** @throws {Error} that names the problem. */
  readonly run: () => Promise<void>;
}

/** Everything the server needs, in the order in which it is reported. Nothing is written. */
export function checksOf(config: Config): readonly Check[] {
  const { groupCallback, redisUrl } = config;
  return [
    { name: 'database', run: () => checkDatabase(config) },
    ...(redisUrl === null ? [] : [{ name: 'Redis', run: () => checkRedis(redisUrl) }]),
    { name: 'LiveKit', run: () => checkLivekit(config) },
    { name: 'LiveKit for browsers', run: () => checkPublicUrl(config) },
    ...(groupCallback === null ? [] : [{ name: 'groups', run: () => checkGroups(config) }]),
  ];
}

async function checkDatabase(config: Config): Promise<void> {
  const { file, postgres } = config.database;
  if (postgres === undefined) return checkDatabaseFile(file);
  const { checkPostgres } = await import('./cluster/check-postgres.ts');
  await checkPostgres(config, postgres);
}

async function checkRedis(url: Secret): Promise<void> {
  const { RedisBus } = await import('./cluster/redis-bus.ts');
  await RedisBus.check(url);
}

async function checkLivekit({ livekit }: Config): Promise<void> {
  try {
    await new LivekitServer(livekit).existingRooms(['tui-call-check']);
  } catch (error) {
    throw new Error(
      `LiveKit does not answer at LIVEKIT_URL (${networkCause(error)}); is it running, and are LIVEKIT_API_KEY and LIVEKIT_API_SECRET its own?`,
      { cause: error },
    );
  }
}

async function checkPublicUrl({ livekit: { publicUrl }, origins }: Config): Promise<void> {
  const isHttps = origins !== '*' && origins.some((origin) => origin.startsWith('https:'));
  if (isHttps && publicUrl.startsWith('ws:')) {
    throw new Error(
      `LIVEKIT_PUBLIC_URL is ${publicUrl}, but pages on https may only connect to wss://`,
    );
  }
  try {
    await fetch(publicUrl.replace(/^ws/, 'http'), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new Error(`LIVEKIT_PUBLIC_URL=${publicUrl} does not answer (${networkCause(error)})`, {
      cause: error,
    });
  }
}

async function checkGroups({ groupCallback }: Config): Promise<void> {
  const userId = parseUserId('tui-call-check');
  if (groupCallback === null || userId === null) return;
  const clock = new SteadyClock();
  const callback = new GroupCallback(groupCallback, { clock, log: createLog('silent'), randomId });
  try {
    await callback.request({ userId, groupId: 'tui-call-check' });
  } catch (error) {
    throw new Error(`TUI_CALL_GROUP_URL gives no valid response (${networkCause(error)})`, {
      cause: error,
    });
  }
}
