import type { CallView } from '../protocol/index.ts';
import type { EngineState } from './call-state.ts';
import { keptPart } from './kept.ts';
import type { CallSnapshot, ElsewhereCall } from './snapshot.ts';
import { actsElsewhere } from './view-facts.ts';

type ShownAside = Pick<CallSnapshot, 'waiting' | 'held' | 'elsewhere'>;

const NONE: ShownAside['held'] = [];

/** What is shown of the calls beside the one on the screen. */
export function shownAside(state: EngineState, previous: CallSnapshot | null): ShownAside {
  const elsewhere = elsewhereOf(state);
  return {
    waiting: null,
    held: NONE,
    elsewhere: elsewhere && keptPart(previous?.elsewhere ?? undefined, elsewhere),
  };
}

function elsewhereOf({ call, aside }: EngineState): ElsewhereCall | null {
  if (call.phase !== 'idle' && call.phase !== 'ended') return null;
  const view = aside.find((one) => actsElsewhere(one.view))?.view;
  if (view === undefined) return null;
  const { callId, mediaType, isGroup } = view;
  return { callId, name: namesOf(view), mediaType, isGroup };
}

/** Who else is in the call or rung by it. */
function namesOf({ members, self }: CallView): string {
  return members
    .filter(({ userId, status }) => userId !== self.userId && isLive(status))
    .map(({ userId, nickname }) => (nickname === '' ? userId : nickname))
    .join(', ');
}

const isLive = (status: string): boolean => status === 'joined' || status === 'ringing';
