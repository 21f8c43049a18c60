// A back end that receives the callbacks push.ring and push.ring-over of a call server and notifies native apps: by
// APNs (VoIP notifications, HTTP/2) and by FCM (HTTP v1). Without dependencies.
import { createHmac, sign, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { connect, constants } from 'node:http2';

const MINUTE_MS = 60_000;
/** Apple accepts a provider token for an hour, and at most one new one in 20 minutes. */
const APNS_TOKEN_MS = 40 * MINUTE_MS;
const REQUEST_MS = 5_000;
const MAX_BODY_BYTES = 65_536;

/** The header, payload and ES256 or RS256 signature of a JWT. */
function jwt(header, payload, key) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part(header)}.${part(payload)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

/** What the app receives: both platforms carry texts only. */
function dataOf({ type, data }) {
  const { token: _token, platform: _platform, ...rest } = data;
  return Object.fromEntries([
    ['type', type],
    ...Object.entries(rest).map(([name, value]) => [name, value === null ? '' : String(value)]),
  ]);
}

const secondsOf = ({ type, data }) =>
  type === 'push.ring' ? Math.ceil((data.remainingMs ?? 600_000) / 1000) : 3600;

/** One HTTP/2 request. Resolves with status and body. */
function request(session, headers, body) {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let status = 0;
    let text = '';
    stream.setTimeout(REQUEST_MS, () => stream.close(constants.NGHTTP2_CANCEL));
    stream.setEncoding('utf8');
    stream.on('response', (fields) => (status = fields[':status']));
    stream.on('data', (part) => (text += part));
    stream.on('end', () =>
      status > 0 ? resolve({ status, text }) : reject(new Error('no response')),
    );
    stream.on('error', reject);
    stream.end(body);
  });
}

/** A connection that is opened when it is needed, and again after it was lost. */
class Connection {
  #origin;
  #session = null;

  constructor(origin) {
    this.#origin = origin;
  }

  post(path, headers, body) {
    if (this.#session === null || this.#session.closed || this.#session.destroyed) {
      this.#session = connect(this.#origin);
      // The requests fail with the same error.
      this.#session.on('error', () => undefined);
      this.#session.unref();
    }
    return request(this.#session, { ':method': 'POST', ':path': path, ...headers }, body);
  }

  close() {
    this.#session?.close();
  }
}

/** Sends VoIP notifications, for which an app shows its call screen (PushKit and CallKit). */
export class Apns {
  #options;
  #connection;
  #token = { text: '', at: -Infinity };

  /** @param options `origin` (https://api.push.apple.com), `keyId`, `teamId`, `key` (PEM of the .p8 file), `topic` (bundle id) */
  constructor(options) {
    this.#options = options;
    this.#connection = new Connection(options.origin);
  }

  async send(event) {
    const { topic } = this.#options;
    const { status, text } = await this.#connection.post(
      `/3/device/${event.data.token}`,
      {
        authorization: `bearer ${this.#providerToken()}`,
        'apns-topic': `${topic}.voip`,
        'apns-push-type': 'voip',
        'apns-priority': '10',
        'apns-expiration': String(Math.floor(Date.now() / 1000) + secondsOf(event)),
      },
      JSON.stringify({ aps: {}, ...dataOf(event) }),
    );
    if (status === 200) return 'sent';
    // 410: the token is not valid any more. 400 BadDeviceToken: of another environment.
    if (status === 410 || text.includes('BadDeviceToken')) return 'gone';
    throw new Error(`APNs answered ${status} ${text}`);
  }

  #providerToken() {
    const { keyId, teamId, key } = this.#options;
    const now = Date.now();
    if (now - this.#token.at > APNS_TOKEN_MS) {
      const claims = { iss: teamId, iat: Math.floor(now / 1000) };
      this.#token = { text: jwt({ alg: 'ES256', kid: keyId }, claims, key), at: now };
    }
    return this.#token.text;
  }

  close() {
    this.#connection.close();
  }
}

/** Sends data messages of high priority, for which an app shows its call screen (Telecom). */
export class Fcm {
  #options;
  #connection;
  #tokens;
  #access = { text: '', until: -Infinity };

  /**
   * @param options `origin` (https://fcm.googleapis.com), `tokenUri` (https://oauth2.googleapis.com/token), and of the
   * service account `projectId`, `clientEmail` and `key` (PEM)
   */
  constructor(options) {
    this.#options = options;
    this.#connection = new Connection(options.origin);
    this.#tokens = new Connection(new URL(options.tokenUri).origin);
  }

  async send(event) {
    const message = {
      token: event.data.token,
      data: dataOf(event),
      android: { priority: 'HIGH', ttl: `${secondsOf(event)}s` },
    };
    const { status, text } = await this.#connection.post(
      `/v1/projects/${this.#options.projectId}/messages:send`,
      { authorization: `Bearer ${await this.#accessToken()}`, 'content-type': 'application/json' },
      JSON.stringify({ message }),
    );
    if (status === 200) return 'sent';
    if (status === 404 || text.includes('UNREGISTERED')) return 'gone';
    throw new Error(`FCM answered ${status} ${text}`);
  }

  async #accessToken() {
    const now = Date.now();
    if (now < this.#access.until) return this.#access.text;
    const { clientEmail, tokenUri, key } = this.#options;
    const issued = Math.floor(now / 1000);
    const claims = {
      iss: clientEmail,
      scope: 'https://www.googleapis.com/auth/firebase.messaging',
      aud: tokenUri,
      iat: issued,
      exp: issued + 3600,
    };
    const assertion = jwt({ alg: 'RS256', typ: 'JWT' }, claims, key);
    const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const { status, text } = await this.#tokens.post(
      new URL(tokenUri).pathname,
      { 'content-type': 'application/x-www-form-urlencoded' },
      new URLSearchParams({ grant_type: grant, assertion }).toString(),
    );
    if (status !== 200) throw new Error(`the token endpoint answered ${status}`);
    const { access_token: accessToken, expires_in: seconds } = JSON.parse(text);
    this.#access = { text: accessToken, until: now + (seconds - 60) * 1000 };
    return accessToken;
  }

  close() {
    this.#connection.close();
    this.#tokens.close();
  }
}

/** Whether the call server has signed the body (Standard Webhooks) in the last five minutes. */
export function isSigned(headers, body, secret) {
  const [id, time] = [headers['webhook-id'], headers['webhook-timestamp']];
  if (!id || Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest();
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .map((one) => Buffer.from(one.replace(/^v1,/, ''), 'base64'))
    .some((one) => one.length === expected.length && timingSafeEqual(one, expected));
}

/**
 * The server that receives the callbacks. `platforms`: the sender of each platform that the app registers.
 * `onGone`: a token that its platform does not know any more. The call server sends an event again after a 5xx.
 */
export function createGateway({ secret, platforms, onGone = () => undefined }) {
  return createServer(async (incoming, response) => {
    try {
      let body = '';
      for await (const part of incoming.setEncoding('utf8')) {
        body += part;
        if (body.length > MAX_BODY_BYTES) return response.writeHead(413).end();
      }
      if (!isSigned(incoming.headers, body, secret)) return response.writeHead(401).end();
      const event = JSON.parse(body);
      const sender = event.type.startsWith('push.') ? platforms[event.data.platform] : undefined;
      if ((await sender?.send(event)) === 'gone') onGone(event.data);
      return response.writeHead(204).end();
    } catch (error) {
      console.error(error);
      return response.writeHead(502).end();
    }
  });
}
