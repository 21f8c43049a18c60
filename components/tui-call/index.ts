/**
 * Exports `<tui-call>` without a side effect. `tui-call/define` registers the element.
 */
export { TuiCall } from './tui-call.ts';
export { register, type ElementTable } from '../shared/register.ts';
export type { Contact } from '../shared/call-context.ts';
export type { Labels } from '../messages/en-effects.ts';
export type { AllMessages as Messages } from '../messages/en-effects.ts';
export type { ButtonName, IconName, OwnButton } from '../shared/customisation.ts';
export type { CallOptions } from '../../src/engine/engine-commands.ts';
export {
  TuiIntentEvent,
  type BeforeCallEvent,
  type BeforeHangupEvent,
  type CallbackDetail,
  type CallbackEventMap,
  type CallbackEventName,
  type ContactsRequestedEvent,
  type Intent,
  type MinimisedChangedEvent,
  type TuiCallEventMap,
} from '../shared/events.ts';
export { CallError } from '../../src/engine/api/call-error.ts';
export type { CallbackName, CallInfo, DeviceKind } from '../../src/engine/api/observer.ts';
export type { CallMember, CallSnapshot, DeviceList, Phase } from '../../src/engine/api/snapshot.ts';
export type { ErrorName, ErrorShape, MediaType } from '../../src/protocol/index.ts';
