/** A server started by startLivekit, or a running one that LIVEKIT_URL describes. */
export interface LivekitAccess {
  /** For clients: ws://host:port */
  readonly url: string;
  /** For its API: http://host:port */
  readonly httpUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface LivekitServer extends LivekitAccess {
  /** Id of the current process; changes with restart(). */
  readonly pid: number;
  readonly logFile: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Calls back when the process ends by itself. */
  onCrash(listener: () => void): void;
  /** Ends the process (SIGTERM, then SIGKILL, because LiveKit waits for participants) and removes its files. */
  stop(): Promise<void>;
  /** Ends the process like a crash. */
  kill9(): Promise<void>;
  /** Starts it again with the same ports and keys; ends a running process first. */
  restart(): Promise<void>;
}

export interface LivekitOptions {
  /** The binary. Default: the result of findLivekit. */
  readonly binary?: string;
  readonly port?: number;
  /** URL to which LiveKit sends webhooks, signed with apiKey. */
  readonly webhookUrl?: string;
  /** Those of another server of the same cluster; new ones by default. */
  readonly keys?: Pick<LivekitAccess, 'apiKey' | 'apiSecret'>;
  /** host:port of a Redis; several servers on one Redis are a cluster. */
  readonly redis?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  readonly onProgress?: (line: string) => void;
}

export const LIVEKIT_VERSION: string;

/** @throws {Error} that names the three ways to get the binary. */
export function findLivekit(options?: {
  readonly onProgress?: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
}): Promise<string>;

/** The server that LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET describe; null without LIVEKIT_URL. */
export function livekitFromEnvironment(
  env?: Readonly<Record<string, string | undefined>>,
): LivekitAccess | null;

export function startLivekit(options?: LivekitOptions): Promise<LivekitServer>;
