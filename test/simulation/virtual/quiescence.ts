import { isTalking, memberOf, type Call } from '../../../server/calls/model/call.ts';
import type { Notification } from '../../../src/engine/api/observer.ts';
import type { CallId, UserId } from '../../../src/protocol/index.ts';
import { must } from '../../model-check/model/violation.ts';
import type { Device } from './device.ts';
import type { Stage } from './stage.ts';

/**
 * After a sequence everything is there again, and nothing is on its way: then every device shows what is
 * recorded (I5); everyone hangs up, all time passes, and nothing is left of it (I1, I11).
 */
export async function comeToRest(stage: Stage): Promise<void> {
  await everyoneIsBack(stage);
  await stage.within(30_000, () => checkAllShown(stage));
  await everyoneHangsUp(stage);
  // Rings, grace times and the moment an end is shown are over.
  await stage.within(75_000, () => checkOver(stage));
  await stage.within(1000, async () => {
    for (const device of stage.devices) await checkTold(stage, device);
  });
  await stage.undisturbed(async () => {
    await everyoneIsThere(stage);
    for (const userId of stage.users) await ringsAgain(stage, userId);
  });
}

async function everyoneIsThere(stage: Stage): Promise<void> {
  const erin = stage.raw.at(-1);
  if (erin === undefined) return;
  erin.link.away = false;
  // All this time may have outlived her userSig.
  await erin.signIn();
  await stage.within(3000, () => {
    must(erin.link.isConnected, 'erin cannot come back');
    for (const { name, state } of stage.devices) {
      must(state.connection === 'connected', `${name} is ${state.connection}`);
    }
  });
}

async function everyoneIsBack(stage: Stage): Promise<void> {
  await stage.everythingIsThere();
  for (const device of stage.devices) {
    device.link.away = false;
    device.comesBack();
  }
  // What died in silence is noticed, and who was put out has heard of it.
  await stage.within(16_000, () => {
    for (const { name, link } of stage.devices) must(link.isQuiet, `${name} hears nothing`);
  });
  for (const device of stage.devices) await device.signIn();
  // What the odd sessions hold is given up as by people who went away.
  for (const { link } of stage.raw) {
    link.away = true;
    link.break();
  }
}

/** I5: what a device shows is what the server holds for it, and the other way round. */
export function checkAllShown({ calls, devices }: Pick<Stage, 'calls' | 'devices'>): void {
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
    // The caller is there before anyone answers.
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

async function everyoneHangsUp(stage: Stage): Promise<void> {
  // As often as there are calls: when one is over, a held one may be taken up.
  for (let turn = 0; turn < 4; turn += 1) {
    for (const device of stage.devices) {
      if (device.state.phase === 'incoming') continue;
      device.wish((engine) => engine.hangup());
      if (device.state.held.length > 0) device.wish((engine) => engine.holdCall(false));
    }
    await stage.within(1000, () => checkAllShown(stage));
  }
  // A ring without a limit is declined.
  for (const device of stage.devices) {
    if (device.state.phase === 'incoming') device.wish((engine) => engine.reject());
  }
}

/** I1, I11: nothing is live any more, on any side. */
async function checkOver(stage: Stage): Promise<void> {
  checkNothingLive(stage);
  must((await stage.roomsLeft()).length === 0, 'a media room outlived its call');
  for (const { name, state, media, outstanding } of stage.devices) {
    must(state.phase === 'idle', `${name} shows ${state.phase} at the end of everything`);
    must(state.waiting === null && state.held.length === 0, `${name} holds a call that is over`);
    must(media.open.size === 0 && !media.joined, `I3: media of ${name} runs at the end`);
    must(outstanding === 0, `a wish of ${name} was never settled`);
  }
}

function checkNothingLive({ calls }: Stage): void {
  for (const { callId, status } of calls.values()) {
    must(status === 'ended', `I11: ${callId} is live though everyone has hung up`);
  }
}

/** I1: what this device told its page is what the record says. */
async function checkTold(stage: Stage, { name, userId, sessionId, story }: Device): Promise<void> {
  must(story.open.length === 0, `I1: ${name} was never told that ${story.open.join()} is over`);
  const { calls } = stage;
  for (const [callId, end] of story.ends) {
    const call = calls.get(callId as CallId);
    must(call !== undefined, `${name} was told of a call that there is not`);
    const part = memberOf(call, userId);
    must(part !== null, `${name} was told of a call of others`);
    if (end.name === 'onCallEnd') {
      // Their own part says only how it went the last time that they were invited.
      must(
        call.startedAt !== null,
        `I1: ${name} was told the end of a call that had never begun for it`,
      );
    } else if (story.isWhole(callId) && !isOwnDoing(end, userId)) {
      const wasIn = part.joinedAt !== null && part.sessionId === sessionId;
      must(!wasIn, `I1: ${name} was in a call and was told that it never connected`);
    }
  }
  const missed = (await stage.missedOf(userId)).map(({ callId }) => callId as string);
  must(
    JSON.stringify(story.missed.toSorted()) === JSON.stringify(missed.toSorted()),
    `${name} was told of ${story.missed.length} missed calls, of ${missed.length}`,
  );
}

/** I11: nobody is busy for ever. */
async function ringsAgain(stage: Stage, userId: UserId): Promise<void> {
  const erin = stage.raw.at(-1);
  must(erin !== undefined, 'there is nobody to call');
  const devices = stage.devices.filter((one) => one.userId === userId);
  const ringing = () =>
    [...stage.calls.values()].findLast((call) => memberOf(call, userId)?.status === 'ringing');
  erin.call(userId);
  await stage.within(100, () => {
    for (const one of devices) must(isRung(one), `I11: ${one.name} cannot be rung any more`);
    if (devices.length === 0) must(ringing() !== undefined, `I11: ${userId} cannot be rung`);
  });
  // With nobody there to decline it is taken back.
  const call = ringing();
  if (devices.length > 0) devices[0]?.wish((engine) => engine.reject());
  else if (call !== undefined) erin.hangUp(call.callId);
  await stage.within(5000, () => {
    for (const one of devices) must(!isRung(one), `I11: ${one.name} rings on`);
    checkNothingLive(stage);
  });
}

/**
 * Told before the server’s word: by whoever hung up here, where a ring’s time was up with no network, of a
 * ring that was answered on another device before it was moved here, or of one that was moved away from here
 * and, answered, came back no longer than until its user hung up.
 */
function isOwnDoing({ info }: Notification, userId: UserId): boolean {
  const { byUserId, reason } = info;
  return byUserId === userId || BEFORE_IT_BEGAN_HERE.includes(reason);
}

const BEFORE_IT_BEGAN_HERE: readonly unknown[] = ['other-device-accepted', 'no-response', 'moved'];

const isRung = ({ state }: Device) => state.phase === 'incoming';
