import type { Call } from '../calls/model/call.ts';
import type { UserId } from '../../src/protocol/index.ts';

/** A message between nodes. Nothing depends on its arrival: the database contains the same. */
export type NodeMessage =
  /** Calls as they are after a commit; these users missed one. */
  | {
      readonly kind: 'committed';
      readonly calls: readonly Call[];
      readonly missedBy: readonly UserId[];
      /** Users whose profiles the back end has set; a node of the version before sends and reads none. */
      readonly profilesOf?: readonly UserId[];
    }
  /** These nodes have connections to close. */
  | { readonly kind: 'evicted'; readonly nodeIds: readonly string[] };

/** Redis held a message back for longer: the call may be over. Clocks of nodes differ by less. */
const USED_WITHIN_MS = 3_000;

/** Raised when a node of the version before could not understand a message. */
const FORMAT = 1;

export function encodeNodeMessage(from: string, message: NodeMessage, at: number): string {
  return JSON.stringify({ format: FORMAT, from, at, message });
}

/** null: a message of this node itself, or one of another format. `late`: the database is newer. */
export function decodeNodeMessage(
  self: string,
  text: string,
  now: number,
): NodeMessage | 'late' | null {
  // The most frequent ones, not worth a parse.
  if (text.startsWith(JSON.stringify({ format: FORMAT, from: self }).slice(0, -1))) return null;
  const { format, at, message } = JSON.parse(text) as {
    format: number;
    at: number;
    message: NodeMessage;
  };
  if (format !== FORMAT) return null;
  return now - at > USED_WITHIN_MS ? 'late' : message;
}
