import { CallController } from './call-controller.ts';
import { en, type Messages } from '../messages/en.ts';
import type { CoreMessages } from '../messages/core.ts';

/** A CallController for lazy screens, which load with all messages. */
export class LazyMessagesController<T> extends CallController<T> {
  override get messages(): Messages {
    return fullMessages(super.messages);
  }
}

/** Every language except English loads as a whole. */
export function fullMessages(messages: CoreMessages): Messages {
  return isFull(messages) ? messages : en;
}

function isFull(messages: CoreMessages): messages is Messages {
  return 'problems' in messages;
}
