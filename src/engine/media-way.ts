import type { CallView, MediaAccess } from '../protocol/index.ts';
import type { CallEffect } from './call-effect.ts';
import type { EngineState, MediaStage, Party } from './call-state.ts';
import { mediaRetryDelayMs } from './reconnect-policy.ts';
import { step, withCall, type Step } from './step.ts';

/** The steps on the way into the media room; the diagram is on MediaStage. */

export const NO_MEDIA: MediaStage = {
  stage: 'answer',
  serial: 0,
  epoch: -1,
  failures: 0,
  retryAt: null,
  wasJoined: false,
};

/** Asks the server for a token; what was under way no longer counts. */
export function askAccess(party: Party): { party: Party; effects: readonly CallEffect[] } {
  const { media, view } = party;
  const command = { type: 'media-access', callId: view.callId } as const;
  return {
    party: {
      ...party,
      media: {
        ...media,
        stage: 'access',
        serial: media.serial + 1,
        epoch: view.mediaEpoch,
        retryAt: null,
      },
    },
    effects: [
      { type: 'drop-call-commands', callId: view.callId },
      { type: 'send-command', id: null, command, delivery: 'kept' },
    ],
  };
}

export function joinMedia(
  party: Party,
  access: MediaAccess,
): { party: Party; effects: readonly CallEffect[] } {
  const serial = party.media.serial + 1;
  const { mediaType } = party.view;
  const media: MediaStage = { ...party.media, stage: 'joining', serial, retryAt: null };
  return {
    party: { ...party, media },
    effects: [{ type: 'join-media', serial, access, mediaType }],
  };
}

/** One try has failed, or what had been reached is gone: once more, after the pause that is due. */
export function tryAgain(state: EngineState, party: Party, at: number): Step {
  const delay = mediaRetryDelayMs(party.media.failures);
  const failures = party.media.failures + 1;
  if (delay > 0) {
    const media: MediaStage = {
      ...party.media,
      stage: 'waiting',
      failures,
      retryAt: at + delay,
    };
    return step(withCall(state, { ...party, media }));
  }
  return enter(state, { ...party, media: { ...party.media, failures } });
}

export function enter(state: EngineState, party: Party): Step {
  const asked = askAccess(party);
  return step(withCall(state, asked.party), asked.effects);
}

/** The server made the room anew: whoever is in the old one is alone there. */
export function roomIsNew(party: Party, view: CallView): boolean {
  const { stage, epoch } = party.media;
  return stage !== 'answer' && stage !== 'failed' && stage !== 'left' && epoch < view.mediaEpoch;
}
