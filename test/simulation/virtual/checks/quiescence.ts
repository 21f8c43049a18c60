import { isTalking, memberOf, type Call } from '../../../../server/calls/model/call.ts';
import type { Notification } from '../../../../src/engine/api/observer.ts';
import type { CallId, UserId } from '../../../../src/protocol/index.ts';
import { must } from '../../../model-check/model/violation.ts';
import type { Device } from '../system/device.ts';
import type { System } from '../system/system.ts';

/**
 * After a sequence every part is restored, and no message is on its way: then every device shows what the server
 * has recorded (I5); everyone hangs up, all time passes, and nothing remains (I1, I11).
 */
export async function settleAndCheck(system: System): Promise<void> {
  await everyoneIsBack(system);
  await system.within(30_000, () => checkAllShown(system));
  await hangUpAll(system);
  // Rings, grace times and the display of an end are over.
  await system.within(75_000, () => checkOver(system));
  await system.within(1000, async () => {
    for (const device of system.devices) await checkCallbacks(system, device);
  });
  await system.withoutKills(async () => {
    await everyoneIsThere(system);
    for (const userId of system.users) await ringsAgain(system, userId);
  });
}

async function everyoneIsThere(system: System): Promise<void> {
  const erin = system.raw.at(-1);
  if (erin === undefined) return;
  erin.link.away = false;
  // Her userSig may have expired.
  await erin.signIn();
  await system.within(3000, () => {
    must(erin.link.isConnected, 'erin cannot come back');
    for (const { name, state } of system.devices) {
      must(state.connection === 'connected', `${name} is ${state.connection}`);
    }
  });
}

async function everyoneIsBack(system: System): Promise<void> {
  await system.restoreAll();
  for (const device of system.devices) {
    device.link.away = false;
    device.comesBack();
  }
  // Dead connections are detected, and sessions that were signed out have been notified.
  await system.within(16_000, () => {
    for (const { name, link } of system.devices) must(link.isQuiet, `${name} hears nothing`);
  });
  for (const device of system.devices) await device.signIn();
  // The raw sessions leave their calls as unreachable members do.
  for (const { link } of system.raw) {
    link.away = true;
    link.break();
  }
}

/** I5: a device shows exactly what the server has for it. */
export function checkAllShown({ calls, devices }: Pick<System, 'calls' | 'devices'>): void {
  const live = [...calls.values()].filter(({ status }) => status !== 'ended');
  for (const device of devices) {
    checkShown(live, device);
    must(device.outstanding === 0, `a wish of ${device.name} was never settled`);
  }
}

function checkShown(live: readonly Call[], device: Device): void {
  const { name, userId, sessionId, state } = device;
  const part = (call: Call) => memberOf(call, userId);
  const talking = live.find((call) => {
    const mine = part(call);
    return isTalking(mine) && mine.sessionId === sessionId;
  });
  const held = live.filter((call) => {
    const mine = part(call);
    return mine?.status === 'joined' && mine.held && mine.sessionId === sessionId;
  });
  const ringing = live.filter(
    (call) => part(call)?.status === 'ringing' && !part(call)?.suppressed,
  );
  const shown = `${name} shows ${state.phase} ${state.callId ?? ''}`;
  must(state.connection === 'connected', `${name} is ${state.connection}`);
  must(
    sameIds(state.held, held),
    `I5: ${name} holds ${state.held.length} calls, the server has ${held.length}`,
  );
  if (talking !== undefined) {
    must(state.callId === talking.callId, `I5: ${shown}, and is in ${talking.callId}`);
    const phase = talking.status === 'active' ? 'connected' : 'outgoing';
    must(state.phase === phase, `I5: ${shown}, the server has it ${phase}`);
    // The caller is in the call before the first answer.
    must(device.media.joined, `${name} is not in the room of its call`);
    return;
  }
  must(device.media.open.size === 0, `I3: a track of ${name} runs outside a call`);
  must(!device.media.joined, `I4: ${name} is in a room, but in no call`);
  const heard = ringing.filter(({ callId }) => !device.ignored.has(callId));
  const rings = state.phase === 'incoming';
  must(rings === heard.length > 0, `I5: ${shown}, and is rung by ${heard.length} calls`);
  if (rings)
    must(
      heard.some(({ callId }) => callId === state.callId),
      `I5: ${shown}, for nothing`,
    );
  else must(['idle', 'ended'].includes(state.phase), `I5: ${shown}, and is in no call`);
}

function sameIds(
  shown: readonly { readonly callId: CallId }[],
  held: readonly { readonly callId: CallId }[],
): boolean {
  const ids = (calls: typeof shown) => calls.map(({ callId }) => callId).sort();
  return JSON.stringify(ids(shown)) === JSON.stringify(ids(held));
}

async function hangUpAll(system: System): Promise<void> {
  // Once per call: after the end of one call, the device may resume a held one.
  for (let turn = 0; turn < 4; turn += 1) {
    for (const device of system.devices) {
      if (device.state.phase === 'incoming') continue;
      device.request((engine) => engine.hangup());
      if (device.state.held.length > 0) device.request((engine) => engine.holdCall(false));
    }
    await system.within(1000, () => checkAllShown(system));
  }
  // Rejects a ring without a limit.
  for (const device of system.devices) {
    if (device.state.phase === 'incoming') device.request((engine) => engine.reject());
  }
}

/** I1, I11: no side has a live call. */
async function checkOver(system: System): Promise<void> {
  checkNoLiveCall(system);
  must((await system.roomsLeft()).length === 0, 'a media room outlived its call');
  for (const { name, state, media, outstanding } of system.devices) {
    must(state.phase === 'idle', `${name} shows ${state.phase} at the end of everything`);
    must(state.waiting === null && state.held.length === 0, `${name} holds a call that is over`);
    must(media.open.size === 0 && !media.joined, `I3: media of ${name} runs at the end`);
    must(outstanding === 0, `a wish of ${name} was never settled`);
  }
}

function checkNoLiveCall({ calls }: System): void {
  for (const { callId, status } of calls.values()) {
    must(status === 'ended', `I11: ${callId} is live though everyone has hung up`);
  }
}

/** I1: the callbacks of this device agree with the record. */
async function checkCallbacks(
  system: System,
  { name, userId, sessionId, callbacks }: Device,
): Promise<void> {
  must(
    callbacks.open.length === 0,
    `I1: ${name} was never notified of the end of ${callbacks.open.join()}`,
  );
  const { calls } = system;
  for (const [callId, end] of callbacks.ends) {
    const call = calls.get(callId as CallId);
    must(call !== undefined, `${name} was notified of an unknown call`);
    const part = memberOf(call, userId);
    must(part !== null, `${name} was notified of a call without being a member`);
    if (end.name === 'onCallEnd') {
      // The member's own record has only the result of the last invitation.
      must(
        call.startedAt !== null,
        `I1: ${name} was notified of the end of a call that had not begun`,
      );
    } else if (callbacks.isWhole(callId) && !isLocalEnd(end, userId)) {
      const wasIn = part.joinedAt !== null && part.sessionId === sessionId;
      must(!wasIn, `I1: ${name} was in a call and was notified that it never connected`);
    }
  }
  const missed = (await system.missedOf(userId)).map(({ callId }) => callId as string);
  must(
    JSON.stringify(callbacks.missed.toSorted()) === JSON.stringify(missed.toSorted()),
    `${name} was notified of ${callbacks.missed.length} missed calls, of ${missed.length}`,
  );
}

/** I11: no user stays busy. */
async function ringsAgain(system: System, userId: UserId): Promise<void> {
  const erin = system.raw.at(-1);
  must(erin !== undefined, 'there is nobody to call');
  const devices = system.devices.filter((one) => one.userId === userId);
  const ringing = () =>
    [...system.calls.values()].findLast((call) => memberOf(call, userId)?.status === 'ringing');
  erin.call(userId);
  await system.within(100, () => {
    for (const one of devices) must(isRung(one), `I11: ${one.name} cannot be rung any more`);
    if (devices.length === 0) must(ringing() !== undefined, `I11: ${userId} cannot be rung`);
  });
  // Without a device that could reject it, the caller cancels it.
  const call = ringing();
  if (devices.length > 0) devices[0]?.request((engine) => engine.reject());
  else if (call !== undefined) erin.hangUp(call.callId);
  await system.within(5000, () => {
    for (const one of devices) must(!isRung(one), `I11: ${one.name} rings on`);
    checkNoLiveCall(system);
  });
}

/**
 * Notified before the server’s message: after a hang-up here, a ring timeout without a network, of a
 * ring that was answered on another device before it moved here, or of one that moved away from here
 * and, once answered, returned only until its user hung up.
 */
function isLocalEnd({ info }: Notification, userId: UserId): boolean {
  const { byUserId, reason } = info;
  return byUserId === userId || BEFORE_IT_BEGAN_HERE.includes(reason);
}

const BEFORE_IT_BEGAN_HERE: readonly unknown[] = ['other-device-accepted', 'no-response', 'moved'];

const isRung = ({ state }: Device) => state.phase === 'incoming';
