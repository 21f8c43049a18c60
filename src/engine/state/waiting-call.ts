import { isActiveCall, type BackgroundCall, type EngineState } from './call-state.ts';

/** The oldest call that rings while this device is in another call. */
export function findWaitingCall({
  call,
  backgroundCalls,
}: EngineState): BackgroundCall | undefined {
  return isActiveCall(call)
    ? backgroundCalls.find(({ status }) => status === 'ringing')
    : undefined;
}
