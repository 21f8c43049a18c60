import { isOnHold } from '../../../src/engine/transitions/end-call.ts';
import type { EngineState } from '../../../src/engine/state/call-state.ts';
import type { CallView } from '../../../src/protocol/index.ts';
import { type Device } from './device.ts';
import { SERVER_START, type ServerState } from './server-side.ts';
import { must } from './violation.ts';

/** I7: a ring ends on every device at most a second after its deadline, whatever the network does. */
export function checkRing({ engine }: Device, now: number): void {
  const { call } = engine;
  if (call.phase !== 'incoming') return;
  const { ringRemainingMs } = call.view.self;
  if (ringRemainingMs === null) return;
  const deadline = call.view.serverNow - SERVER_START + ringRemainingMs;
  must(now <= deadline + 1000, 'I7: a device rings after its time');
}

/** I5, I11: nothing outlives its time on the server, when no message is on its way and no timer is due. */
export function checkQuietServer({ contents }: ServerState, now: number): void {
  const time = now + SERVER_START;
  for (const { members } of contents.calls) {
    for (const { userId, status, ringUntil, graceUntil } of members) {
      if (status === 'ringing' && ringUntil !== null) {
        must(ringUntil > time, `I7: ${userId} rings on the server after its time`);
      }
      if (status === 'joined')
        must(graceUntil === null, `${userId} is here, and yet counted as lost`);
    }
  }
}

/** I5: a device then shows what the server has; `views`: what the server would send the device now. */
export function checkQuietDevice(name: string, device: Device, views: readonly CallView[]): void {
  checkShown(name, device, views);
  checkSent(name, device, views);
}

function checkShown(name: string, { engine, record }: Device, views: readonly CallView[]): void {
  const { call } = engine;
  const shown = 'view' in call ? call.view.callId : null;
  const party = views.find((view) => hasSeat(view) && !isHeld(view));
  const isParty = call.phase === 'outgoing' || call.phase === 'in-call';
  must(
    call.phase !== 'dialing' && call.phase !== 'answering' && call.phase !== 'joining',
    `I5: ${name} is ${call.phase} though nothing is on its way`,
  );
  if (isParty)
    must(party?.callId === shown, `I5: ${name} is in a call of which the server knows nothing`);
  if (party !== undefined) {
    must(isParty, `I5: the server has ${name} in a call that ${name} does not show`);
    const active = party.status === 'active' ? 'in-call' : 'outgoing';
    must(call.phase === active, `I5: ${name} shows ${call.phase}, the server has ${party.status}`);
  }
  checkHeld(name, engine, views.filter(isHeld));
  checkRinging(name, engine, views.filter(rings));
  if (!isParty) must(record.open.length === 0, `I3: a track of ${name} runs outside a call`);
  must(
    engine.pendingTerminations.length === 0,
    `${name} has a hang-up that the server never heard`,
  );
}

/** A call on hold stays in the background, and no other call does. */
function checkHeld(
  name: string,
  { backgroundCalls }: EngineState,
  held: readonly CallView[],
): void {
  const kept = backgroundCalls.filter(isOnHold).map(({ view }) => view.callId);
  const ids = (calls: readonly string[]) => [...calls].sort().join();
  must(
    ids(kept) === ids(held.map(({ callId }) => callId)),
    `I5: ${name} holds ${kept.length} calls, the server has ${held.length}`,
  );
}

function checkRinging(
  name: string,
  { call, backgroundCalls }: EngineState,
  ringing: readonly CallView[],
): void {
  const shown = call.phase === 'incoming' ? call.view.callId : null;
  if (shown !== null) {
    must(
      ringing.some(({ callId }) => callId === shown),
      `I5: ${name} rings for nothing`,
    );
  }
  const isBusy = call.phase === 'outgoing' || call.phase === 'in-call' || shown !== null;
  for (const { callId } of ringing) {
    const standing = backgroundCalls.find(({ view }) => view.callId === callId)?.status;
    const isShown =
      callId === shown || standing === 'ignored' || (isBusy && standing === 'ringing');
    must(
      isShown || (shown !== null && standing === 'pending'),
      `I5: ${name} is rung and does not ring`,
    );
  }
  const progress = backgroundCalls
    .filter(({ status }) => status === 'ringing')
    .map(({ view }) => view.callId);
  for (const callId of progress) {
    const isRung = ringing.some((one) => one.callId === callId);
    must(isRung, `I5: ${name} shows a second call that rings for nothing`);
  }
}

/** I1: the end of an announced call is notified here, exactly when the server has ended it. */
function checkSent(name: string, { record }: Device, views: readonly CallView[]): void {
  for (const [callId, progress] of Object.entries(record.calls)) {
    const view = views.find((one) => one.callId === callId);
    const live = view !== undefined && (hasSeat(view) || rings(view));
    if (progress === 'announced' || progress === 'begun') {
      must(live, `I1: ${name} was never notified of the end of the call`);
    }
    if (progress === 'over' && view !== undefined && view.status !== 'ended') {
      must(!hasSeat(view), `I1: ${name} was notified of the end of a call it is in`);
    }
  }
}

/** The simplest interpretation of a view, independent of the engine. */
function own({ self, members }: CallView) {
  return members.find(({ userId }) => userId === self.userId);
}

function hasSeat(view: CallView): boolean {
  return view.status !== 'ended' && own(view)?.status === 'joined' && view.self.session === 'this';
}

function isHeld(view: CallView): boolean {
  return hasSeat(view) && own(view)?.held === true;
}

function rings(view: CallView): boolean {
  return view.status !== 'ended' && own(view)?.status === 'ringing';
}
