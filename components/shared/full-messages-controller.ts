import { CallController } from './call-controller.ts';
import { isFull } from './lazy-messages-controller.ts';
import type { CoreMessages } from '../messages/core.ts';
import { en, type Messages } from '../messages/en.ts';

/** A CallController for lazy chunks, which load with all messages. */
export class FullMessagesController<T> extends CallController<T> {
  override get messages(): Messages {
    return fullMessages(super.messages);
  }
}

/** All messages of the language. */
export function fullMessages(messages: CoreMessages): Messages {
  return isFull(messages) ? messages : en;
}
