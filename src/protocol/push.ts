/** A device that is notified of a ring, also while its page is closed. */
export interface PushTarget {
  /** `web` for the subscription of a browser; else the platform of a token, such as `apns` or `fcm`. */
  readonly platform: string;
  /** The endpoint of the subscription, or the token. */
  readonly address: string;
  /** Keys of the subscription in base64url; '' for a token. */
  readonly p256dh: string;
  /** Secret of the subscription in base64url; '' for a token. */
  readonly auth: string;
  /** Text for the service worker. Each push returns it; the server does not interpret it. */
  readonly echo: string;
}
