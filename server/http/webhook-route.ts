import { WebhookReceiver } from 'livekit-server-sdk';
import type { WebhookEvent } from 'livekit-server-sdk';
import type { Config } from '../config/config.ts';
import type { Log } from '../shared/log.ts';
import type { App } from './app.ts';

export interface WebhookRouteDependencies {
  readonly config: Config;
  readonly log: Log;
  /** Triggers reconciliation of the room; the event itself is not trusted to be current. */
  readonly onRoomHint: (room: string) => void;
}

/** The events after which other participants are in a room. LiveKit sends many more, of rooms and tracks. */
const OF_PARTICIPANTS: ReadonlySet<string> = new Set([
  'participant_joined',
  'participant_left',
  'participant_connection_aborted',
]);

/** Receives LiveKit's webhooks, which are signed with its API secret. */
export async function addWebhookRoute(
  app: App,
  dependencies: WebhookRouteDependencies,
): Promise<void> {
  const { livekit } = dependencies.config;
  const receiver = new WebhookReceiver(livekit.apiKey, livekit.apiSecret.reveal());
  // The signature covers the raw bytes, so the body is not parsed.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post<{ Body: string }>(
      '/livekit/webhook',
      { schema: { summary: 'Receives the webhooks of LiveKit.' } },
      async (request, reply) => {
        const event = await received(receiver, request.body, request.headers.authorization);
        if (event === null) {
          dependencies.log.warn('webhook with an invalid signature rejected');
          return reply.code(401).send();
        }
        if (event.room !== undefined && OF_PARTICIPANTS.has(event.event)) {
          dependencies.onRoomHint(event.room.name);
        }
        return reply.code(204).send();
      },
    );
  });
}

async function received(
  receiver: WebhookReceiver,
  body: unknown,
  authorization: string | undefined,
): Promise<WebhookEvent | null> {
  if (typeof body !== 'string' || authorization === undefined) return null;
  try {
    return await receiver.receive(body, authorization);
  } catch {
    return null;
  }
}
