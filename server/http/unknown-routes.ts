import { errorShape } from '../../src/protocol/index.ts';
import type { App } from './app.ts';
import { sendProblem } from './http-error.ts';

/** Responds 404 to unknown addresses and 405 to other methods of a known one, without reading a body. */
export function refuseUnknownRoutes(app: App): void {
  const known: { readonly route: readonly string[]; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (!url.includes('*')) known.push({ route: url.split('/'), methods: [method].flat() });
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = (request.url.split('?')[0] ?? '').split('/');
    const methods = known.filter(({ route }) => matches(path, route)).flatMap((one) => one.methods);
    if (methods.length === 0) {
      const shape = errorShape('not-supported-here', 'There is no such route.');
      return sendProblem(reply, 404, shape);
    }
    void reply.header('allow', [...new Set(methods)].join(', '));
    const shape = errorShape('not-supported-here', 'This route has no such method.');
    return sendProblem(reply, 405, shape);
  });
}

function matches(path: readonly string[], route: readonly string[]): boolean {
  const isPart = (part: string, index: number) =>
    part === path[index] || (part.startsWith(':') && path[index] !== '');
  return path.length === route.length && route.every(isPart);
}
