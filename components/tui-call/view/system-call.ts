import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import { inviterOf, isPresent, namesOf, peersOf } from '../../shared/members.ts';
import { safeName } from '../../shared/names.ts';
import type { CoreMessages } from '../../messages/core.ts';
import { incomingCallText } from '../../shared/call-texts.ts';
import type { RingAlert, SystemCall } from '../session/dependencies.ts';

/** The call as the system shows it (lock screen, headset, media keys); null without a call on this device. */
export function systemCallOf(state: CallSnapshot, messages: CoreMessages): SystemCall | null {
  const { phase, members, microphone, camera, mediaType, elsewhere } = state;
  if (elsewhere || phase === 'idle' || phase === 'incoming' || phase === 'ended') return null;
  return {
    title: messages.callWith(namesOf(peersOf(state), messages)),
    microphoneOn: microphone.on,
    cameraOn: mediaType === 'video' ? camera.on : null,
    showsVideo: members.some((m) => isPresent(m) && (m.videoOn || m.screenOn)),
  };
}

/** The ring as a notification of the system. */
export function ringAlertOf(state: CallSnapshot, messages: CoreMessages): RingAlert {
  const inviter = inviterOf(state);
  const inviterId = inviter?.userId ?? state.callerId;
  return {
    title: safeName(inviter?.name ?? inviterId ?? ''),
    body: incomingCallText(state.members, inviterId, { ...state, messages }),
    tag: `tui-call ${state.callId ?? ''}`,
  };
}
