import type { CallService } from '../calls/call-service.ts';
import { writeDeliveries } from '../calls/outbox.ts';
import type { GuardedClient } from '../outbound/guarded-client.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { RandomId } from '../shared/random-id.ts';
import { pushEventOf } from './push-message.ts';
import type { PushMessage } from './push-message.ts';
import type { PushStore, StoredPushTarget } from './push-store.ts';
import { PushTargets, WEB } from './push-targets.ts';
import { RingPushes } from './ring-pushes.ts';
import type { PushResult, SendPush } from './ring-pushes.ts';
import type { PushConfig } from './vapid.ts';
import { WebPushSender } from './web-push-sender.ts';

export interface PushDependencies {
  readonly store: PushStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: { readonly push: PushConfig };
  readonly outbound: Pick<GuardedClient, 'post' | 'problemOf'>;
  readonly calls: Pick<CallService, 'forServer'>;
  readonly randomId: RandomId;
  /** Deliveries of callbacks were written. */
  readonly onDeliveries: () => void;
}

/** The devices that are notified of rings, and what notifies them. */
export function createPush(dependencies: PushDependencies) {
  const { config, outbound, log } = dependencies;
  const { vapid } = config.push;
  const web = vapid === null ? null : new WebPushSender({ client: outbound, log, vapid });
  const send: SendPush = async (target, message): Promise<PushResult> => {
    if (target.platform === WEB) return web?.send(target, message) ?? 'refused';
    await notifyBackEnds(target, message, dependencies);
    return 'sent';
  };
  const problemOf = (url: string) => outbound.problemOf(url)?.message ?? null;
  return {
    pushTargets: new PushTargets({ ...dependencies, problemOf }),
    pushes: new RingPushes({ ...dependencies, send }),
  };
}

/** The call server has no keys of the platforms of native apps: a back end sends the notification. */
async function notifyBackEnds(
  target: StoredPushTarget,
  message: PushMessage,
  { store, clock, randomId, onDeliveries }: PushDependencies,
): Promise<void> {
  const event = pushEventOf(target, message, clock.now());
  const written = await store.transaction((tx) =>
    writeDeliveries(tx, [event], { now: clock.now(), randomId }),
  );
  if (written > 0) onDeliveries();
}
