import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import type { SigningKey } from '../auth/key-ring.ts';
import { NODE_ALIVE_MS, POSTGRES_SCHEMA } from '../store/postgres-schema.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { StoreError } from '../calls/store.ts';

/** What other nodes need to know of a node. */
export interface NodeDescription {
  readonly nodeId: string;
  readonly name: string;
  /** What all nodes have to agree on, `NAME=value` each. */
  readonly settings: readonly string[];
  readonly keys: readonly SigningKey[];
}

/** All nodes at one moment. */
export interface NodeView {
  /** Those that run, this one included. */
  readonly live: readonly string[];
  /** Those that stopped without leaving. */
  readonly dead: readonly string[];
  /** The others have taken this node for dead meanwhile. */
  readonly wasForgotten: boolean;
}

interface NodeRow {
  readonly node_id: string;
  readonly name: string;
  readonly settings: string;
  readonly key_prints: string;
  readonly age: number;
}

const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
/** Two machines whose clocks differ by more would end each other's rings early. */
const MAX_CLOCK_DIFFERENCE_MS = 2_000;

/** The nodes that share the database, by their heartbeats, as the database's clock counts them. */
export class NodeRegistry {
  readonly #store: PostgresStore;
  readonly #node: NodeDescription;

  constructor(store: PostgresStore, node: NodeDescription) {
    this.#store = store;
    this.#node = node;
  }

  /**
   * Looks whether this node may run beside those that run, and joins them. Returns whether there are others.
   *
   * @throws {StoreError} when it may not; the message names the cause and a remedy.
   */
  async join(): Promise<boolean> {
    const others = await this.assertCompatible();
    await this.#beat();
    return others > 0;
  }

  /**
   * Checks whether this node may run beside those that run. Returns how many there are.
   *
   * @throws {StoreError} when it may not; the message names the cause and a remedy.
   */
  async assertCompatible(): Promise<number> {
    const rows = await this.#rows();
    const others = rows.filter(({ age }) => age <= NODE_ALIVE_MS);
    for (const other of others) this.#expectSame(other);
    await this.#expectSameTime();
    return others.length;
  }

  /** Writes the heartbeat of this node and reads those of the others. */
  async beat(): Promise<NodeView> {
    const wasForgotten = await this.#beat();
    const rows = await this.#rows();
    const isLive = ({ age }: NodeRow) => age <= NODE_ALIVE_MS;
    const idsOf = (some: readonly NodeRow[]) => some.map((row) => row.node_id);
    return {
      live: idsOf(rows.filter(isLive)),
      dead: idsOf(rows.filter((row) => !isLive(row))),
      wasForgotten,
    };
  }

  /** This node stops: its sessions come back elsewhere. */
  async leave(): Promise<void> {
    await this.#store.query((db) =>
      sql`update nodes set seen_at = 0 where node_id = ${this.#node.nodeId}`.execute(db),
    );
  }

  /** Returns whether the row was new: the other nodes had deleted it. */
  async #beat(): Promise<boolean> {
    const { nodeId, name, settings, keys } = this.#node;
    const prints = keys.map(printOf).join(' ');
    const { rows } = await this.#store.query((db) =>
      sql<{ inserted: boolean }>`
        insert into nodes (node_id, name, schema, settings, key_prints, seen_at)
        values (${nodeId}, ${name}, ${POSTGRES_SCHEMA}, ${settings.join(' ')}, ${prints}, ${NOW})
        on conflict (node_id) do update set seen_at = excluded.seen_at
        returning xmax = 0 as inserted`.execute(db),
    );
    return rows[0]?.inserted ?? true;
  }

  async #rows(): Promise<readonly NodeRow[]> {
    const { rows } = await this.#store.query((db) =>
      sql<NodeRow>`
        select node_id, name, settings, key_prints, ${NOW} - seen_at as age from nodes
        order by node_id`.execute(db),
    );
    return rows;
  }

  #expectSame(other: NodeRow): void {
    const theirs = new Set(other.key_prints.split(' '));
    if (!this.#node.keys.some((key) => theirs.has(printOf(key)))) {
      throw new StoreError(
        `the running node ${other.name} has another TUI_CALL_SECRET; give all nodes the same`,
      );
    }
    const settings = new Set(other.settings.split(' '));
    const different = this.#node.settings.filter((one) => !settings.has(one));
    if (different.length === 0) return;
    throw new StoreError(
      `the running node ${other.name} does not have ${different.join(' ')}, as this one has; give all nodes the same settings`,
    );
  }

  async #expectSameTime(): Promise<void> {
    const asked = Date.now();
    const { rows } = await this.#store.query((db) =>
      sql<{ now: number }>`select ${NOW} as now`.execute(db),
    );
    const answered = Date.now();
    const now = rows[0]?.now ?? asked;
    const difference = now < asked ? asked - now : Math.max(0, now - answered);
    if (difference <= MAX_CLOCK_DIFFERENCE_MS) return;
    throw new StoreError(
      `this machine's clock and that of the Postgres server differ by ${Math.round(difference / 1000)} s; set both by NTP`,
    );
  }
}

/** Differs between two secrets without revealing them. */
function printOf({ secret }: SigningKey): string {
  return createHmac('sha256', secret.reveal()).update('tui-call node').digest('hex').slice(0, 16);
}
