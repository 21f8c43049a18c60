import type { CallPhase, EngineState } from '../../src/engine/state/call-state.ts';
import { CallError } from '../../src/engine/api/call-error.ts';
import {
  errorShape,
  type Command,
  type CommandType,
  type UserId,
} from '../../src/protocol/index.ts';
import {
  acceptAnswered,
  accessAnswered,
  answered,
  callAnswered,
  callCommand,
  calls,
  fact,
  happens,
  idOf,
  mediaJoined,
  play,
  pushed,
  serialOf,
  signedInState,
  wants,
  type Moment,
} from './play.ts';
import { ALICE, BOB, CALL, callIdOf, CAROL, ServerCall } from './views.ts';

/** One state for each phase and one event of each type, for the generated table of docs/call-states.md. */

const ring = ServerCall.from(ALICE, [BOB], { mediaType: 'video' });
const talk = ring.at(2000).joins(BOB);
const others = ServerCall.from(CAROL, [BOB, ALICE], { callId: callIdOf('another'), now: 3000 });
const rung = pushed(10, ring.seenBy(BOB));
const accepts = wants(1900, { type: 'accept', video: true });

export interface Scene {
  readonly phase: CallPhase;
  readonly who: UserId;
  readonly state: EngineState;
}

const joinCommand: Command = { type: 'join', id: idOf('join'), callId: CALL };

export const SCENES: readonly Scene[] = [
  { phase: 'idle', who: BOB, state: signedInState(BOB) },
  { phase: 'dialing', who: ALICE, state: play(ALICE, calls(0, [BOB], 'video')).state },
  { phase: 'incoming', who: BOB, state: play(BOB, rung).state },
  { phase: 'answering', who: BOB, state: play(BOB, rung, accepts).state },
  { phase: 'joining', who: BOB, state: play(BOB, wants(0, { type: 'join', callId: CALL })).state },
  {
    phase: 'outgoing',
    who: ALICE,
    state: play(
      ALICE,
      calls(0, [BOB], 'video'),
      callAnswered(10, ring.seenBy(ALICE)),
      accessAnswered(20),
      mediaJoined(30),
    ).state,
  },
  {
    phase: 'in-call',
    who: BOB,
    state: play(BOB, rung, accepts, acceptAnswered(2010, talk.seenBy(BOB)), mediaJoined(2020))
      .state,
  },
  {
    phase: 'ended',
    who: BOB,
    state: play(BOB, rung, pushed(900, ring.at(890).ends('cancelled', ALICE).seenBy(BOB))).state,
  },
];

const refusal = errorShape('rate-limited');

/** The acknowledgement of the command that is pending in a phase. */
function answerOf({ phase, who }: Scene): Moment {
  switch (phase) {
    case 'dialing':
      return callAnswered(3000, ring.seenBy(who));
    case 'joining':
      return answered(3000, joinCommand, {
        ok: true,
        call: talk.seenBy(who),
        media: { url: 'wss://media.test', token: 'token' },
      });
    default:
      return acceptAnswered(3000, talk.seenBy(who));
  }
}

function pendingCommand({ phase }: Scene): Command {
  if (phase === 'dialing') return callCommand;
  if (phase === 'joining') return joinCommand;
  return { type: 'accept', id: idOf('accept'), callId: CALL };
}

const view = (call: ServerCall) => (scene: Scene) => pushed(3000, call.seenBy(scene.who));
const always = (moment: Moment) => () => moment;
const at = 3000;

const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [CALL], missedSince: 0 };
const command = (type: CommandType & ('alerted' | 'media-access')): Command => ({
  type,
  id: idOf(type),
  callId: CALL,
});

/** Each event as text, and how to create it for a scene. */
export const EVENTS: Readonly<Record<string, (scene: Scene) => Moment>> = {
  'the user calls': always(calls(at, [CAROL])),
  'the user accepts': always(wants(at, { type: 'accept', video: true })),
  'the user rejects': always(wants(at, { type: 'reject' })),
  'the user ignores the ring': always(wants(at, { type: 'ignore' })),
  'the user hangs up': always(wants(at, { type: 'hangup' })),
  'the user joins a call': always(wants(at, { type: 'join', callId: callIdOf('other') })),
  'the user accepts the waiting call': always(
    wants(at, { type: 'accept-waiting', currentCall: 'hold', video: true }),
  ),
  'the user rejects the waiting call': always(wants(at, { type: 'reject-waiting' })),
  'the user holds the call': always(wants(at, { type: 'hold', on: true })),
  'the user resumes a held call': always(wants(at, { type: 'hold', on: false })),
  'the user invites': always(wants(at, { type: 'invite', userIds: [CAROL], timeout: 30 })),
  'the user switches to audio': always(
    wants(at, { type: 'switch-media-type', mediaType: 'audio' }),
  ),
  'the user turns the camera on': always(
    wants(at, { type: 'turn-track', source: 'camera', on: true }),
  ),
  'the user turns the microphone off': always(
    wants(at, { type: 'turn-track', source: 'microphone', on: false }),
  ),
  'the user dismisses the screen': always(wants(at, { type: 'dismiss' })),
  'the user’s name changes': always(
    wants(at, { type: 'set-self-info', nickname: 'B', avatar: '' }),
  ),
  'the userSig is renewed': always(wants(at, { type: 'renew-user-sig', userSig: 'sig' })),
  'view: another call rings': view(others),
  'view: this device is in the call': view(talk.alerted(BOB)),
  'view: answered on another device': ({ who }) =>
    pushed(at, talk.alerted(BOB).seenBy(who, who === BOB ? 'other' : 'this')),
  'view: rejected by the callee': view(
    ring.at(2900).becomes(BOB, 'rejected', 'other').ends('rejected', BOB),
  ),
  'view: cancelled by the caller': view(ring.at(2900).alerted(BOB).ends('cancelled', ALICE)),
  'view: hung up by the peer': ({ who }) =>
    pushed(
      at,
      talk
        .at(2900)
        .alerted(BOB)
        .ends('hangup', who === BOB ? ALICE : BOB)
        .seenBy(who),
    ),
  'view: the media epoch is higher': view(talk.alerted(BOB).with({ mediaEpoch: 1 })),
  'the pending command is acknowledged': answerOf,
  'the pending command is refused': (scene) =>
    answered(at, pendingCommand(scene), { ok: false, error: refusal }),
  'the pending command times out': (scene) =>
    happens(at, { type: 'command-failed', command: pendingCommand(scene), error: refusal }),
  'alerted is acknowledged': ({ who }) =>
    answered(at, command('alerted'), { ok: true, call: ring.seenBy(who) }),
  'media access is granted': always(accessAnswered(at)),
  'media access is refused': always(
    answered(at, command('media-access'), { ok: false, error: refusal }),
  ),
  'a call was missed': always(
    happens(at, {
      type: 'message-received',
      message: {
        type: 'call-missed',
        missed: {
          seq: 9,
          callId: CALL,
          callerId: ALICE,
          callerNickname: '',
          callerAvatar: '',
          mediaType: 'audio',
          groupId: '',
          reason: 'line-busy',
          at: 0,
        },
      },
    }),
  ),
  'the connection is lost': always(happens(at, { type: 'socket-disconnected' })),
  'the connection is restored': always(happens(at, { type: 'socket-connected' })),
  'sync: the server knows no call': always(
    answered(at, sync, { ok: true, calls: [], missed: [], missedSeq: 0 }),
  ),
  'the connection is refused': always(
    happens(at, { type: 'socket-refused', error: errorShape('origin-refused') }),
  ),
  'the userSig is about to expire': always(
    happens(at, { type: 'message-received', message: { type: 'user-sig-expiring', inMs: 1 } }),
  ),
  'the userSig has expired': always(
    happens(at, { type: 'message-received', message: { type: 'user-sig-expired' } }),
  ),
  'a newer session takes over': always(
    happens(at, {
      type: 'message-received',
      message: { type: 'kicked-offline', reason: 'newer-session' },
    }),
  ),
  'the media room is joined': ({ state }) =>
    happens(at, { type: 'media-joined', attempt: serialOf(state) }),
  'joining the media room fails': ({ state }) =>
    happens(at, {
      type: 'media-join-failed',
      attempt: serialOf(state),
      error: new CallError('media-failed'),
    }),
  'media is interrupted': always(fact(at, { type: 'media-interrupted' })),
  'media is lost': always(fact(at, { type: 'media-lost', reason: 'gone' })),
  'a remote track is published': ({ who }) =>
    fact(at, {
      type: 'remote-track',
      userId: who === BOB ? ALICE : BOB,
      source: 'camera',
      on: true,
    }),
  'the microphone has opened': always(
    happens(at, {
      type: 'track-set',
      callId: CALL,
      source: 'microphone',
      on: true,
      intentId: null,
      error: null,
    }),
  ),
  'the microphone is denied': always(
    happens(at, {
      type: 'track-set',
      callId: CALL,
      source: 'microphone',
      on: true,
      intentId: null,
      error: new CallError('permission-denied'),
    }),
  ),
  'the ring timer fires': always(happens(40_000, { type: 'timer-fired', name: 'ring' })),
  'the waiting-ring timer fires': always(
    happens(40_000, { type: 'timer-fired', name: 'waiting-ring' }),
  ),
  'the ended timer fires': always(happens(at, { type: 'timer-fired', name: 'ended' })),
  'the user connects media again': always(wants(at, { type: 'retry-media' })),
  'the media-absence timer fires': always(
    happens(at, { type: 'timer-fired', name: 'media-absence' }),
  ),
  'the media-retry timer fires': always(happens(at, { type: 'timer-fired', name: 'media-retry' })),
  'the link-notice timer fires': always(
    happens(at, { type: 'timer-fired', name: 'connection-notice' }),
  ),
  'the sign-in timer fires': always(happens(at, { type: 'timer-fired', name: 'sign-in' })),
  'the devices were listed': always(
    happens(at, {
      type: 'devices-listed',
      devices: { microphones: [], cameras: [], speakers: [] },
    }),
  ),
  'the page is leaving': always(happens(at, { type: 'page-leaving' })),
  'the page returns': always(happens(at, { type: 'page-returning' })),
};
