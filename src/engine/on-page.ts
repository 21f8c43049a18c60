import { isOnHold } from './call-over.ts';
import { ringOver } from './ring-over.ts';
import { isParty, wishedTracks, type EngineState, type Tracks } from './call-state.ts';
import { askAccess } from './media-way.ts';
import { askSync } from './on-synced.ts';
import { step, then, withCall, type Step } from './step.ts';
import { openWished } from './tracks.ts';

/** The page goes away: the seat is given up, the call itself goes on (a reload comes back into it). */
export function onPageLeaving(state: EngineState): Step {
  const { call } = state;
  if (call.phase === 'calling' || call.phase === 'answering' || call.phase === 'entering') {
    return step(state, [{ type: 'send-leave' }]);
  }
  // A hang-up that has not got through goes with the page: the server must not wait for its user.
  if (!isParty(call)) {
    return step(state, mustTell(state) ? [{ type: 'send-leave' }] : []);
  }
  const media = { ...call.media, stage: 'left', retryAt: null } as const;
  const tracks = closed(call.tracks);
  return step(withCall(state, { ...call, media, tracks }), [
    { type: 'send-leave' },
    { type: 'leave-media' },
  ]);
}

function mustTell({ farewells, aside }: EngineState): boolean {
  return farewells.length > 0 || aside.some(isOnHold);
}

/** The page is seen again, or the network is back: timers may have slept, and more may have changed. */
export function onPageReturning(state: EngineState, at: number): Step {
  const { account, call, link } = state;
  const looked = account !== null && link.status === 'online' ? askSync(state, at) : step(state);
  if (call.phase === 'incoming' && call.deadline !== null && call.deadline <= at) {
    return then(looked, (next) => ringOver(next, call, at));
  }
  if (!isParty(call) || (call.media.stage !== 'waiting' && call.media.stage !== 'left')) {
    return looked;
  }
  const asked = askAccess(call);
  const opened = openWished(asked.party);
  return then(looked, (next) =>
    step(withCall(next, opened.party), [...asked.effects, ...opened.effects]),
  );
}

/** Stopped with the page; the wishes stay for when it comes back. */
function closed({ microphone, camera }: Tracks): Tracks {
  return wishedTracks(microphone.wanted, camera.wanted);
}
