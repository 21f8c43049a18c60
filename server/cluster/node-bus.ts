import type { NodeMessage } from './node-message.ts';

/** Sends what a node has just committed to the other nodes. */
export interface NodeBus {
  /** Sends to all other nodes, without waiting. What cannot be sent now is dropped. */
  publish(message: NodeMessage): void;
  readonly isConnected: boolean;
  close(): Promise<void>;
}

/** For the only node. */
export const NO_BUS: NodeBus = {
  publish: () => undefined,
  isConnected: true,
  close: async () => undefined,
};

/** Redis cannot be used; the message names the cause and a remedy. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
}
