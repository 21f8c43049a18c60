/**
 * The rules of a call: pure functions `(call, actor, context) → decision`. They read no clock, database or
 * socket; CallService loads the call, applies a rule, commits and then notifies.
 *
 *     call:     startCall ──► ringing ── answer / join ──► active ──┐
 *                               │                                  ▼
 *                               └─ hangUp, reject, time, invite ─► ended   (ending.ts decides)
 *
 *     member:   invited ──► ringing ─┬─ answer / join ──► joined ─┬─ hangUp ────────► left
 *                   │                │                            ├─ time (grace, media only) ──► offline, left
 *                   │                │                            └─ removeMember ──► removed, for good
 *                   └─► busy         ├─ reject, hangUp ─► rejected
 *                                    ├─ time (ring) ────► no-response
 *                                    └─ the call ends ──► cancelled
 *               left, offline, rejected, busy, no-response, cancelled ── join / invited again ──► …
 *
 *     joined is talking or on hold; with call waiting a user may be rung by several calls, hold others and
 *     talks in one at most (hold.ts).
 *
 * A late command succeeds with the current call. A command for a call of which the actor is not a member fails
 * with `call-not-found`.
 */
export { accept, join, reject, unanswerable } from './answer-call.ts';
export { invite } from './invite.ts';
export { hangUp } from './leave-call.ts';
export { endByServer, removeMember } from './admin-actions.ts';
export { endWithoutSignalling } from './signalling-loss.ts';
export { alerted, raiseMediaEpoch, withProfile, switchMediaType } from './call-updates.ts';
export { hold, releaseCurrentCall } from './hold.ts';
export { applyDeadlines } from './deadlines.ts';
export { graceAfterRestart, updatePresence } from './presence.ts';
export { startCall } from './start-call.ts';
