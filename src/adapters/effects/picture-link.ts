import { PICTURE_WORKER } from './effect-files.ts';
import { EffectError } from './effect-error.ts';
import type { PictureCommand, PictureEngine, PictureReport } from './picture-engine.ts';

/** The way to an engine of pictures, in a worker or in the page. */
export interface PictureLink {
  send(command: PictureCommand, transfer?: Transferable[]): void;
  /** Answers to `send` come after it, in later tasks. */
  onReport: (report: PictureReport) => void;
  close(): void;
}

/** An engine in the page, which can also draw what is no stream. */
export interface PageLink extends PictureLink {
  readonly engine: PictureEngine;
}

/** @throws {EffectError} not-loaded */
export async function pageLink(): Promise<PageLink> {
  const { PictureEngine: Engine } = await import('./picture-engine.ts').catch((cause: unknown) => {
    throw new EffectError('not-loaded', { cause });
  });
  const engine = new Engine((report) => queueMicrotask(() => link.onReport(report)));
  const link: PageLink = {
    engine,
    send: (command) => engine.obey(command),
    onReport: () => undefined,
    close: () => (link.onReport = () => undefined),
  };
  return link;
}

/**
 * A worker's: null where the page may have none. `broken`: its script does not load or run, which a browser says
 * only later.
 */
export function workerLink(broken: () => void): PictureLink | null {
  const url = workerUrl();
  const worker = newWorker(url);
  if (worker === null) return null;
  const link: PictureLink = {
    send: (command, transfer = []) => worker.postMessage(command, transfer),
    onReport: () => undefined,
    close: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
      link.onReport = () => undefined;
    },
  };
  worker.onmessage = ({ data }: MessageEvent<PictureReport>) => link.onReport(data);
  worker.onerror = (event) => {
    event.preventDefault();
    broken();
  };
  return link;
}

function newWorker(url: string): Worker | null {
  try {
    return new Worker(trusted(url), { type: 'module', name: 'tui-call effects' });
  } catch {
    // No policy for it, or no workers at all.
    return null;
  }
}

/** A worker has to be of the page's own origin; a program of the page's own may import one of another. */
function workerUrl(): string {
  if (new URL(PICTURE_WORKER).origin === location.origin) return PICTURE_WORKER;
  const program = `import ${JSON.stringify(PICTURE_WORKER)};`;
  return URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
}

interface ScriptPolicy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
  };
}

let policy: ScriptPolicy | null = null;

/** @throws TypeError where the page's policy does not name ours. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as typeof globalThis & TrustedTypes;
  policy ??= trustedTypes?.createPolicy('tui-call', { createScriptURL: (own) => own }) ?? null;
  return policy?.createScriptURL(url) ?? url;
}
