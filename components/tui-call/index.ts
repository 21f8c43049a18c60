/**
 * `<tui-call>` without side effect: import `tui-call/define` to have the element defined.
 */
export { TuiCall } from './tui-call.ts';
export { register, type ElementTable } from './register.ts';
export type { CallOptions } from './call-parts.ts';
export {
  TuiIntentEvent,
  type BeforeCallEvent,
  type BeforeHangupEvent,
  type CallbackDetail,
  type CallbackEventMap,
  type CallbackEventName,
  type Intent,
} from '../events.ts';
export { CallError } from '../../src/engine/call-error.ts';
export type { CallbackName, CallInfo, DeviceKind } from '../../src/engine/observer.ts';
export type { CallMember, CallSnapshot, DeviceList, Phase } from '../../src/engine/snapshot.ts';
export type { ErrorName, ErrorShape, MediaType } from '../../src/protocol/index.ts';
