/** What startLivekit gives, and what a server that already runs (LIVEKIT_URL) is described by. */
export interface LivekitAccess {
  /** For clients: ws://host:port */
  readonly url: string;
  /** For its API: http://host:port */
  readonly httpUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface LivekitServer extends LivekitAccess {
  /** Of the process that runs now; another one after restart(). */
  readonly pid: number;
  readonly logFile: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Calls back when the process ends without having been asked to. */
  onCrash(listener: () => void): void;
  /** Ends it (SIGTERM, then SIGKILL: it would wait for people in a room) and removes its files. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill9(): Promise<void>;
  /** Runs it again on the same ports with the same keys; ends it first where it still runs. */
  restart(): Promise<void>;
}

export interface LivekitOptions {
  /** The binary; found with findLivekit where it is not given. */
  readonly binary?: string;
  readonly port?: number;
  /** Where LiveKit posts its webhooks; signed with apiKey. */
  readonly webhookUrl?: string;
  /** host:port of a Redis; several servers on one Redis are a cluster. */
  readonly redis?: string;
  /** LiveKit's own setting of this name. */
  readonly turn?: Readonly<Record<string, unknown>> | null;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  readonly onProgress?: (line: string) => void;
}

export const LIVEKIT_VERSION: string;

/** @throws Error that says the three ways to get the binary. */
export function findLivekit(options?: {
  readonly onProgress?: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
}): Promise<string>;

/** The server that LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET describe; null without LIVEKIT_URL. */
export function livekitFromEnvironment(
  env?: Readonly<Record<string, string | undefined>>,
): LivekitAccess | null;

export function startLivekit(options?: LivekitOptions): Promise<LivekitServer>;
