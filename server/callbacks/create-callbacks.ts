import type { ServerStore } from '../api/api-store.ts';
import type { AskBefore } from '../calls/call-gate.ts';
import { GuardedClient } from '../outbound/guarded-client.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { RandomId } from '../shared/random-id.ts';
import { CallBefore } from './call-before.ts';
import { CallbackEndpoints } from './callback-endpoints.ts';
import { CallbackSender } from './callback-sender.ts';

export interface CallbacksDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly randomId: RandomId;
  readonly config: { readonly callbackPrivateNetworks: boolean };
}

/** The callbacks to back ends, and the client that reaches them. */
export interface Callbacks {
  readonly client: GuardedClient;
  readonly sender: CallbackSender;
  readonly endpoints: CallbackEndpoints;
  readonly askBefore: AskBefore;
  readonly wakeSender: () => void;
}

/** Creates the parts of the callbacks. Nothing is sent before `sender.start()`. */
export function createCallbacks(
  { config, ...dependencies }: CallbacksDependencies,
  store: ServerStore,
): Callbacks {
  const { clock } = dependencies;
  const client = new GuardedClient({ clock, privateNetworks: config.callbackPrivateNetworks });
  const all = { ...dependencies, store, client };
  const sender = new CallbackSender(all);
  const before = new CallBefore(all);
  return {
    ...{ client, sender, endpoints: new CallbackEndpoints({ ...all, sender }) },
    askBefore: (question, endpoints) => before.ask(question, endpoints),
    wakeSender: () => sender.wake(),
  };
}
