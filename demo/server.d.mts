/** The demo's web server; see server.mjs. */
export function startDemoServer(options: {
  readonly root: string;
  /** 0 selects a free one. */
  readonly port: number;
  readonly callServerUrl: string;
  readonly livekitUrl: string;
  readonly secret: string;
}): Promise<{ readonly url: string; close(): Promise<void> }>;
