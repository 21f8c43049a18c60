import type { CallView } from '../../protocol/index.ts';
import type { EngineState } from './call-state.ts';

/**
 * The offset between the server's epoch clock and the engine's monotonic clock. The fastest message of
 * a connection gives the best estimate; the delay of a slower one is the difference.
 */

/** The longest ring. A larger delay means that the server's clock was set. */
const MAX_MESSAGE_DELAY_MS = 600_000;

/** Takes a message into account that the server made at `serverNow` and that arrived at `at`. */
export function updateClockOffset(state: EngineState, serverNow: number, at: number): EngineState {
  const offset = at - serverNow;
  const known = state.server.clockOffsetMs;
  if (known !== null && offset >= known && offset - known <= MAX_MESSAGE_DELAY_MS) return state;
  return { ...state, server: { ...state.server, clockOffsetMs: offset } };
}

/**
 * Takes the result of a sync into account: the server made it after the request. This corrects the
 * offset if all messages so far were delayed by a sleeping tab.
 */
export function updateClockOffsetFromSync(state: EngineState, serverNow: number): EngineState {
  const { syncRequestedAt } = state.server;
  return syncRequestedAt === null ? state : updateClockOffset(state, serverNow, syncRequestedAt);
}

/** Converts a server time to the engine's clock. */
export function toLocalTime(state: EngineState, serverTime: number): number {
  return serverTime + (state.server.clockOffsetMs ?? 0);
}

/**
 * When the user's own ring ends, on the engine's clock. Counts from the time the server made the view,
 * because a sleeping tab can delay its arrival.
 */
export function ringDeadline(state: EngineState, view: CallView): number | null {
  const { ringRemainingMs } = view.self;
  return ringRemainingMs === null ? null : toLocalTime(state, view.serverNow) + ringRemainingMs;
}

/** The earlier of two deadlines; null means no deadline. */
export function earlierDeadline(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
