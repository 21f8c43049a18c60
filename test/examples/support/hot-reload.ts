import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answerSession, type ExampleSite } from './example-site.ts';
import { EXAMPLES, installedFile } from './workspace.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** The part of Vite that is used here; Vite belongs to the examples. */
interface ViteServer {
  readonly middlewares: { use(answer: Answer): unknown };
  readonly resolvedUrls: { readonly local: readonly string[] } | null;
  listen(): Promise<ViteServer>;
  close(): Promise<void>;
}
interface Vite {
  createServer(options: object): Promise<ViteServer>;
}

const PROGRAMS = { react: 'src/calls.tsx', vue: 'src/calls.vue' };

/** Vite's development server with a copy of an example, whose program a test changes. */
export class HotReload {
  readonly url: string;
  readonly #server: ViteServer;
  readonly #folder: string;
  readonly #program: string;

  private constructor(server: ViteServer, folder: string, program: string) {
    this.url = server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
    this.#server = server;
    this.#folder = folder;
    this.#program = program;
  }

  static async start(
    name: keyof typeof PROGRAMS,
    session: ExampleSite['session'],
  ): Promise<HotReload> {
    // Beside the example, where the packages are found.
    const folder = join(EXAMPLES, `.hot-${name}`);
    await rm(folder, { recursive: true, force: true });
    await cp(join(EXAMPLES, name), folder, { recursive: true });
    const { createServer } = (await import(
      pathToFileURL(installedFile('vite', 'dist', 'node', 'index.js')).href
    )) as Vite;
    const answer: Answer = (request, response, next) =>
      void answerSession({ session }, request, response).then((done) => done || next());
    const server = await createServer({
      root: folder,
      configFile: join(folder, 'vite.config.js'),
      cacheDir: join(folder, '.vite'),
      logLevel: 'error',
      server: { host: '127.0.0.1', port: 0 },
      plugins: [
        {
          name: 'session',
          configureServer: (vite: ViteServer): void => void vite.middlewares.use(answer),
        },
      ],
    });
    await server.listen();
    return new HotReload(server, folder, join(folder, PROGRAMS[name]));
  }

  /** Saves the program with another text. */
  async replace(before: string, after: string): Promise<void> {
    const text = await readFile(this.#program, 'utf8');
    await writeFile(this.#program, text.replaceAll(before, after));
  }

  async stop(): Promise<void> {
    await this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
