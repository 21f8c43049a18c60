import { WebhookReceiver } from 'livekit-server-sdk';
import type { WebhookEvent } from 'livekit-server-sdk';
import type { Config } from '../config.ts';
import type { Log } from '../shared/log.ts';
import type { App } from './app.ts';

export interface WebhookRouteDependencies {
  readonly config: Config;
  readonly log: Log;
  /** Something has happened in this room: a reason to look, never a fact. */
  readonly onRoomHint: (room: string) => void;
}

/** LiveKit's webhooks, signed with its key. */
export async function addWebhookRoute(
  app: App,
  dependencies: WebhookRouteDependencies,
): Promise<void> {
  const { livekit } = dependencies.config;
  const receiver = new WebhookReceiver(livekit.apiKey, livekit.apiSecret.reveal());
  // The signature is over the very bytes: no parser may touch the body.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post<{ Body: string }>(
      '/livekit/webhook',
      { schema: { summary: 'For LiveKit: set it as webhook URL there.' } },
      async (request, reply) => {
        const event = await received(receiver, request.body, request.headers.authorization);
        if (event === null) {
          dependencies.log.warn('a webhook was refused: its signature is not LiveKit’s');
          return reply.code(401).send();
        }
        if (event.room !== undefined) dependencies.onRoomHint(event.room.name);
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
