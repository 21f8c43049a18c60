import swaggerUi from '@fastify/swagger-ui';
import type { App } from './app.ts';

/** The description of the HTTP routes: as OpenAPI, and as a page that loads nothing from other hosts. */
export async function addDocsRoutes(app: App): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { deepLinking: true },
  });
}
