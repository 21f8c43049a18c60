import { isParty, type Aside, type EngineState } from './call-state.ts';

/** The call that rings while this device is in another: the oldest, where several do. */
export function waitingCall({ call, aside }: EngineState): Aside | undefined {
  return isParty(call) ? aside.find(({ standing }) => standing === 'rung') : undefined;
}
