import { CallController } from './call-controller.ts';
import { callMessages, type CallMessages } from '../messages/call.ts';
import type { CoreMessages } from '../messages/core.ts';
import type { Messages } from '../messages/en.ts';

/** A CallController for the screens of a running call, which load with its messages. */
export class LazyMessagesController<T> extends CallController<T> {
  override get messages(): CallMessages {
    return callMessagesOf(super.messages);
  }
}

/** Every language except English loads as a whole. */
export function callMessagesOf(messages: CoreMessages): CallMessages {
  return isFull(messages) ? messages : callMessages;
}

export function isFull(messages: CoreMessages): messages is Messages {
  return 'problems' in messages;
}
