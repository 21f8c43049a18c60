import { PICTURE_WORKER } from './effect-files.ts';
import { EffectError } from './effect-error.ts';
import type { PictureCommand, PictureEngine, PictureReport } from './picture-engine.ts';

/** A connection to a PictureEngine, in a worker or in the page. */
export interface PictureLink {
  send(command: PictureCommand, transfer?: Transferable[]): void;
  /** Receives the reports, each in a later task than its `send`. */
  onReport: (report: PictureReport) => void;
  close(): void;
}

/** An engine in the page, which can also draw single frames. */
export interface PageLink extends PictureLink {
  readonly engine: PictureEngine;
}

/** `output` is where the engine draws. @throws {EffectError} not-loaded */
export async function pageLink(output?: CanvasRenderingContext2D): Promise<PageLink> {
  const module = await import('./picture-engine.ts').catch((cause: unknown) => {
    throw new EffectError('not-loaded', { cause });
  });
  const emit = (report: PictureReport): void => queueMicrotask(() => link.onReport(report));
  const engine = new module.PictureEngine(emit, new module.PictureComposer(output));
  const link: PageLink = {
    engine,
    send: (command) => engine.handle(command),
    onReport: () => undefined,
    close: () => (link.onReport = () => undefined),
  };
  return link;
}

/**
 * An engine in a worker; null if the page may have none. Calls `broken` if its script does not load or run, which a
 * browser reports later.
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
    // The page allows no policy of this name, or no workers.
    return null;
  }
}

/** The script of a worker must be of the page's origin; a blob of the page may import one of another origin. */
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

/** @throws TypeError if the policy of the page does not list `tui-call`. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as typeof globalThis & TrustedTypes;
  policy ??= trustedTypes?.createPolicy('tui-call', { createScriptURL: (own) => own }) ?? null;
  return policy?.createScriptURL(url) ?? url;
}
