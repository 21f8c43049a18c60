import type { CallView } from '../../protocol/index.ts';
import type { EngineState } from './call-state.ts';

/**
 * Two clocks that both may be wrong: the server's epoch ms and the engine's monotonic ms. Their
 * difference is taken from the message that came fastest; a slower one was late by the rest.
 */

/** No ring is longer: a message later than this means that the server's clock was set. */
const MAX_MESSAGE_DELAY_MS = 600_000;

export function updateClockOffset(state: EngineState, serverNow: number, at: number): EngineState {
  const offset = at - serverNow;
  const known = state.server.clockOffsetMs;
  if (known !== null && offset >= known && offset - known <= MAX_MESSAGE_DELAY_MS) return state;
  return { ...state, server: { ...state.server, clockOffsetMs: offset } };
}

/**
 * The server answered the sync, so that its clock showed this no earlier than when that was asked for.
 * All that came so far may have lain in a sleeping tab: then this shows by how much.
 */
export function updateClockOffsetFromSync(state: EngineState, serverNow: number): EngineState {
  const { syncRequestedAt } = state.server;
  return syncRequestedAt === null ? state : updateClockOffset(state, serverNow, syncRequestedAt);
}

/** A time of the server's on the engine's clock. */
export function toLocalTime(state: EngineState, serverTime: number): number {
  return serverTime + (state.server.clockOffsetMs ?? 0);
}

/**
 * When the user's own ring ends. The view says what was left when it was made; it may have lain in a
 * sleeping tab since.
 */
export function ringDeadline(state: EngineState, view: CallView): number | null {
  const { ringRemainingMs } = view.self;
  return ringRemainingMs === null ? null : toLocalTime(state, view.serverNow) + ringRemainingMs;
}

/** The earlier of two deadlines; null is none. */
export function earlierDeadline(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
