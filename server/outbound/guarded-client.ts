import { lookup as systemLookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { RequestOptions as HttpsOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../shared/clock.ts';
import { isAddressAllowed } from './address.ts';
import { checkTarget } from './target.ts';
import type { TargetProblem, TargetRules } from './target.ts';

export interface GuardedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** For everything: the lookup, the connection and the response. */
  readonly timeoutMs: number;
  /** How much of the response's body is returned. Default 0: it is discarded. */
  readonly maxBodyBytes?: number;
  /** Aborts the request, which fails with `aborted`. */
  readonly signal?: AbortSignal;
}

export interface GuardedResponse {
  readonly status: number;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** At most `maxBodyBytes` of it. */
  readonly body: string;
  readonly durationMs: number;
}

/** Why there was no response. */
export type OutboundErrorClass =
  | TargetProblem['error']
  /** The name cannot be resolved. */
  | 'dns'
  /** Refused, reset or closed, or the response is no HTTP. */
  | 'connection'
  | 'tls'
  | 'timeout'
  | 'aborted';

/** A request without a response. The message is for the operator's log only. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly error: OutboundErrorClass;
  readonly durationMs: number;

  constructor(error: OutboundErrorClass, durationMs: number, cause?: unknown) {
    super(error, { cause });
    this.error = error;
    this.durationMs = durationMs;
  }
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves a name to all its addresses. */
export type ResolveName = (name: string) => Promise<readonly ResolvedAddress[]>;

export interface GuardedClientDependencies extends TargetRules {
  readonly clock: Clock;
  /** Default: the resolver of the system. Tests pass names of their own. */
  readonly resolve?: ResolveName;
  /** Certificates of the tests' receivers. Default: those of Node. */
  readonly ca?: string;
}

/** More of a discarded body is not read. */
const MAX_DISCARDED_BYTES = 65_536;
const MAX_HEADER_BYTES = 16_384;

/**
 * Sends requests to URLs that customers have configured. Each request has a connection of its own, to an address
 * that was checked in the same lookup. Follows no redirect, uses no proxy and decompresses nothing.
 */
export class GuardedClient {
  readonly #dependencies: GuardedClientDependencies;
  readonly #resolve: ResolveName;

  constructor(dependencies: GuardedClientDependencies) {
    this.#dependencies = dependencies;
    this.#resolve = dependencies.resolve ?? ((name) => systemLookup(name, { all: true }));
  }

  /** The sentence that says why this URL can never be used; null: it can be tried. */
  problemOf(url: string): TargetProblem | null {
    return checkTarget(url, this.#dependencies).problem ?? null;
  }

  /** @throws {OutboundError} if there is no response. Every status is a response. */
  async post(url: string, request: GuardedRequest): Promise<GuardedResponse> {
    const { clock } = this.#dependencies;
    const begun = clock.now();
    const target = checkTarget(url, this.#dependencies);
    if (target.problem !== undefined) throw new OutboundError(target.problem.error, 0);
    const exchange = new Exchange(request.maxBodyBytes ?? 0);
    const stop = clock.after(request.timeoutMs, () => exchange.abort(new TimedOut()));
    const onAbort = (): void => exchange.abort(new Aborted());
    request.signal?.addEventListener('abort', onAbort);
    if (request.signal?.aborted === true) onAbort();
    try {
      const response = await exchange.run(target.url, request, this.#options(target.url));
      return { ...response, durationMs: clock.now() - begun };
    } catch (error) {
      throw new OutboundError(classOf(error), clock.now() - begun, error);
    } finally {
      stop();
      request.signal?.removeEventListener('abort', onAbort);
    }
  }

  #options(url: URL): HttpsOptions {
    const { ca } = this.#dependencies;
    // An agent of its own: the global one may use a proxy and keeps connections.
    const agent = new (url.protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: false });
    const trust = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
    return { agent, lookup: this.#lookup(), maxHeaderSize: MAX_HEADER_BYTES, ...trust };
  }

  /** What it returns is what is connected to, so the name cannot change in between. */
  #lookup(): LookupFunction {
    const { privateNetworks } = this.#dependencies;
    return (name, options, callback) => {
      const done = (found: readonly ResolvedAddress[]): void => {
        // One address that is refused refuses the name: the next attempt might get only that one.
        const isRefused = found.some(({ address }) => !isAddressAllowed(address, privateNetworks));
        const [first] = found;
        if (isRefused) callback(new AddressRefused(), '');
        else if (first === undefined) callback(new NoAddress(), '');
        else if (options.all === true) callback(null, [...found]);
        else callback(null, first.address, first.family);
      };
      this.#resolve(name).then(done, (error: unknown) => callback(new NoAddress(error), ''));
    };
  }
}

/** One request and its response. */
class Exchange {
  readonly #maxBodyBytes: number;
  readonly #abort = new AbortController();
  #reason: Error | null = null;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#abort.abort(reason);
  }

  async run(
    url: URL,
    { headers, body }: GuardedRequest,
    options: HttpsOptions,
  ): Promise<Omit<GuardedResponse, 'durationMs'>> {
    const { signal } = this.#abort;
    signal.throwIfAborted();
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = send(url, {
        ...options,
        method: 'POST',
        headers: { 'accept-encoding': 'identity', ...headers, ...length },
      });
      const fail = (error: Error): void => reject(this.#reason ?? error);
      request.on('response', resolve);
      request.on('error', fail);
      request.on('close', () => fail(new Error('the connection was closed')));
      signal.addEventListener('abort', () => request.destroy());
      request.end(body);
    });
    const text = await this.#read(response);
    return { status: response.statusCode ?? 0, headers: headersOf(response), body: text };
  }

  /** Reads to the end or to the limit, so that a receiver is not cut off in the middle of a short answer. */
  async #read(response: IncomingMessage): Promise<string> {
    const kept: Buffer[] = [];
    const limit = this.#maxBodyBytes || MAX_DISCARDED_BYTES;
    let bytes = 0;
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        if (bytes < this.#maxBodyBytes) kept.push(chunk.subarray(0, this.#maxBodyBytes - bytes));
        bytes += chunk.byteLength;
        if (bytes >= limit) break;
      }
    } catch (error) {
      // The status is known. Only who wants the body needs the rest.
      if (this.#maxBodyBytes > 0) throw this.#reason ?? error;
    } finally {
      response.destroy();
    }
    return Buffer.concat(kept).toString('utf8');
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

class AddressRefused extends Error {}
class NoAddress extends Error {
  constructor(cause?: unknown) {
    super('the name has no address', { cause });
  }
}
class TimedOut extends Error {}
class Aborted extends Error {}

/** Codes of certificate problems do not begin with ERR_TLS or ERR_SSL. */
const TLS_CODE =
  /^(ERR_(TLS|SSL)_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|CRL_)/;

function classOf(error: unknown): OutboundErrorClass {
  if (error instanceof TimedOut) return 'timeout';
  if (error instanceof Aborted) return 'aborted';
  if (error instanceof AddressRefused) return 'address-refused';
  if (error instanceof NoAddress) return 'dns';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^ERR_INVALID_(CHAR|HTTP_TOKEN)$/.test(code)) return 'url-refused';
  return TLS_CODE.test(code) ? 'tls' : 'connection';
}
