import { sql } from 'kysely';
import type { Clock } from '../shared/clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../shared/log.ts';
import { randomId } from '../shared/random-id.ts';
import type { PostgresAddress } from '../store/postgres-address.ts';
import { PostgresStore } from '../store/postgres-store.ts';
import { StoreError } from '../calls/store.ts';
import { ClusterRows } from './cluster-rows.ts';
import { NO_BUS } from './node-bus.ts';
import type { NodeBus } from './node-bus.ts';
import { NodeLock } from './node-lock.ts';
import type { NodeMessage } from './node-message.ts';
import { NodeRegistry } from './node-registry.ts';
import { RedisBus } from './redis-bus.ts';

export interface BusListener {
  readonly onMessage: (message: NodeMessage) => void;
  readonly onMissed: () => void;
}

/** A Postgres database that this node may use, alone or with others. */
export interface SharedDatabase {
  readonly nodeId: string;
  readonly store: PostgresStore;
  readonly rows: ClusterRows;
  readonly registry: NodeRegistry;
  /** Joins the other nodes. Returns whether there are any. */
  join(): Promise<boolean>;
  openBus(listener: BusListener): Promise<NodeBus>;
  /** After the store is closed. */
  release(): Promise<void>;
}

/**
 * Loaded only where DATABASE_URL is Postgres.
 *
 * @throws {StoreError} when the database cannot be used; the message names the cause and a remedy.
 */
export async function openPostgres(
  config: Config,
  address: PostgresAddress,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<SharedDatabase> {
  const nodeId = randomId();
  const isShared = config.redisUrl !== null;
  const lock = await NodeLock.acquire({ address, isShared, clock, log });
  try {
    const store = await PostgresStore.open(address, { rules: config, nodeId });
    const rows = new ClusterRows(store, nodeId);
    const registry = registryOf(store, config, nodeId);
    return {
      ...{ nodeId, store, rows, registry },
      async join() {
        if (!isShared) await rows.forgetOthers();
        return registry.join();
      },
      openBus: (listener) => openBus(config, { nodeId, store, log, ...listener }),
      release: () => lock.release(),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The registry of the nodes, as this configuration describes this one. */
export function registryOf(
  store: PostgresStore,
  config: Config,
  nodeId = randomId(),
): NodeRegistry {
  const settings = [
    `TUI_CALL_BUSY=${config.callWaiting ? 'ring' : 'busy'}`,
    `TUI_CALL_SESSIONS=${config.sessions}`,
  ];
  const name = config.node ?? nodeId.slice(0, 8);
  return new NodeRegistry(store, { nodeId, name, settings, keys: config.keys });
}

async function openBus(
  { redisUrl: url }: Config,
  options: BusListener & { nodeId: string; store: PostgresStore; log: Log },
): Promise<NodeBus> {
  if (url === null) return NO_BUS;
  return RedisBus.open({ ...options, url, channel: await channelOf(options.store) });
}

async function channelOf(store: PostgresStore): Promise<string> {
  const { rows } = await store.query((db) =>
    sql<{ cluster: string }>`select cluster from schema_version`.execute(db),
  );
  const [row] = rows;
  if (row === undefined) throw new StoreError('the Postgres database has no schema version');
  return `tui-call:${row.cluster}`;
}
