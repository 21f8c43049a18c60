/**
 * The rules of a call: pure functions `(call, who, what the world is like) → decision`. They read no clock,
 * no database and no socket; call-service loads, asks one of them, commits and then tells.
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
 *     joined is talking or on hold; with call waiting a user may ring in several calls and be held in others,
 *     and talks in one at most (hold.ts).
 *
 * A command that came too late is answered with the call as it is, never with a failure; whatever
 * names a call the actor has no part in is `call-not-found`.
 */
export { accept, join, reject } from './answer-call.ts';
export { invite } from './invite.ts';
export { hangUp } from './leave-call.ts';
export { endByServer, removeMember } from './admin-actions.ts';
export { endWithoutSignalling } from './signalling-loss.ts';
export { alerted, raiseMediaEpoch, withProfile, switchMediaType } from './call-updates.ts';
export { hold, releaseCurrentCall } from './hold.ts';
export { applyDeadlines } from './deadlines.ts';
export { graceAfterRestart, updatePresence } from './presence.ts';
export { startCall } from './start-call.ts';
