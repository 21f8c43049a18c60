import { Type } from 'typebox';
import type { Config } from '../config/config.ts';
import type { Log } from '../shared/log.ts';
import type { App } from './app.ts';
import type { Metrics } from './metrics.ts';

export interface StatusRouteDependencies {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Rejects if the database does not respond. */
  readonly pingDatabase: () => Promise<void>;
  /** Rejects if LiveKit does not respond. */
  readonly pingMedia: () => Promise<void>;
  /** Without it other nodes hear of calls a second later; null: there is one node only. */
  readonly isRedisConnected: (() => boolean) | null;
}

const Ready = Type.Object({
  ready: Type.Boolean(),
  database: Type.Boolean(),
  media: Type.Boolean(),
  redis: Type.Optional(Type.Boolean()),
});

/** Routes for operation: liveness, readiness and metrics. */
export function addStatusRoutes(
  app: App,
  { metrics, ...dependencies }: StatusRouteDependencies,
): void {
  const [pingDatabase, pingMedia] = [
    singleFlight(dependencies.pingDatabase),
    singleFlight(dependencies.pingMedia),
  ];
  app.get(
    '/health',
    {
      schema: {
        summary: 'Liveness: the process is running.',
        response: { 200: Type.Object({ ok: Type.Boolean() }) },
      },
    },
    () => ({ ok: true }),
  );
  app.get(
    '/ready',
    {
      schema: {
        summary: 'Readiness: 200 if database and LiveKit respond, otherwise 503.',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const [database, media] = await Promise.all([succeeds(pingDatabase), succeeds(pingMedia)]);
      const ready = database && media;
      const redis =
        dependencies.isRedisConnected === null ? {} : { redis: dependencies.isRedisConnected() };
      return reply.code(ready ? 200 : 503).send({ ready, database, media, ...redis });
    },
  );
  app.get(
    '/metrics',
    { schema: { summary: 'Metrics in the Prometheus text format.', produces: ['text/plain'] } },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}

/** The route is public and unlimited: only one check at a time reaches the database and LiveKit. */
function singleFlight(ping: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= ping().finally(() => (running = null));
    return running;
  };
}

async function succeeds(ping: () => Promise<void>): Promise<boolean> {
  try {
    await ping();
    return true;
  } catch {
    return false;
  }
}
