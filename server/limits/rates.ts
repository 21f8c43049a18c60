/** Limits per user, connection and address. */
export interface Rates {
  readonly callsPerMinute: number;
  readonly callsPerPairPerMinute: number;
  /** Callees a user may ring, over all calls and invitations. */
  readonly ringsPerMinute: number;
  readonly commandsPerSecond: number;
  readonly commandBurst: number;
  /** Commands per user that are published to all sessions of all members of a call. */
  readonly broadcastsPerMinute: number;
  readonly broadcastBurst: number;
  readonly sessionsPerUser: number;
  /** Connects, and likewise leave beacons, per user. */
  readonly connectsPerMinute: number;
  /** Requests per API key and node; 0: no limit. */
  readonly apiRequestsPerMinute: number;
  /** Requests with an invalid API key per address; those with a valid one are not affected. */
  readonly invalidApiKeysPerMinute: number;
  /** 0: no limit. null: a limit for public addresses only, since a private one is a proxy. */
  readonly connectionsPerAddress: number | null;
}

export const DEFAULT_RATES: Rates = {
  callsPerMinute: 20,
  callsPerPairPerMinute: 10,
  ringsPerMinute: 200,
  commandsPerSecond: 30,
  commandBurst: 100,
  broadcastsPerMinute: 60,
  broadcastBurst: 10,
  sessionsPerUser: 50,
  connectsPerMinute: 120,
  apiRequestsPerMinute: 1200,
  invalidApiKeysPerMinute: 60,
  connectionsPerAddress: null,
};
