import { Type } from 'typebox';
import type { Config } from '../config/config.ts';
import { isOriginAllowed } from '../limits/origin.ts';
import { CommandError } from '../shared/command-error.ts';
import type { App } from './app.ts';
import { DONE, PROBLEMS } from './rest/route.ts';

export interface DeclineRouteDependencies {
  readonly config: Pick<Config, 'origins'>;
  readonly pushes: { readonly decline: (token: string) => Promise<void> };
}

const DeclineBody = Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) });

/**
 * A device without a session declines a ring of which it was notified. The token of the notification is all that it
 * needs: no userSig and no cookie.
 */
export function addDeclineRoute(app: App, { config, pushes }: DeclineRouteDependencies): void {
  app.post(
    '/v1/push/decline',
    {
      schema: {
        summary: 'Declines the ring of a push notification, with the one-time token in it.',
        body: DeclineBody,
        response: { ...DONE, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      if (!isOriginAllowed(config.origins, request.headers.origin)) {
        throw new CommandError('origin-refused');
      }
      await pushes.decline(request.body.token);
      return reply.code(204).send(null);
    },
  );
}
