import { Type } from 'typebox';
import type { Static } from 'typebox';
import { CALLBACK_TYPES } from '../../webhooks/delivery.ts';
import type { CallbackType } from '../../webhooks/delivery.ts';

const STRICT = { additionalProperties: false } as const;
const Time = Type.String({ description: 'A time in UTC, as 2026-01-31T12:00:00.000Z.' });
const orNull = <T extends ReturnType<typeof Type.String | typeof Type.Integer>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const CallbackId = Type.String({ pattern: '^cb_[A-Za-z0-9_-]{16,64}$' });
const DeliveryId = Type.String({ pattern: '^msg_[A-Za-z0-9_-]{16,64}$' });
const Url = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: 'https, port 443 or 8443, of a host with public addresses only.',
});
const Types = Type.Union(
  [
    Type.Array(Type.Unsafe<CallbackType>({ type: 'string', enum: [...CALLBACK_TYPES] }), {
      minItems: 1,
      maxItems: CALLBACK_TYPES.length,
      uniqueItems: true,
    }),
    Type.Null(),
  ],
  { description: 'null: every type but call.before, which has to be named.' },
);
const OnFailure = Type.Unsafe<'allow' | 'deny'>({
  type: 'string',
  enum: ['allow', 'deny'],
  description: 'What counts when call.before is not answered within 2 s. Default allow.',
});

export const CallbackParams = Type.Object({ callbackId: CallbackId });
export const DeliveryParams = Type.Object({ deliveryId: DeliveryId });

export const NewCallback = Type.Object(
  { url: Url, types: Type.Optional(Types), onFailure: Type.Optional(OnFailure) },
  STRICT,
);
export const CallbackPatch = Type.Object(
  {
    url: Type.Optional(Url),
    types: Type.Optional(Types),
    onFailure: Type.Optional(OnFailure),
    disabled: Type.Optional(Type.Boolean()),
  },
  STRICT,
);

const CALLBACK = {
  id: CallbackId,
  url: Type.String(),
  types: Types,
  onFailure: OnFailure,
  disabled: Type.Boolean(),
  disabledReason: orNull(Type.String({ description: 'by-request, or gone after a status 410.' })),
  pausedUntil: orNull(Time),
  previousSecretUntil: orNull(Time),
  createdAt: Time,
};
export const Callback = Type.Object(CALLBACK);
export const Callbacks = Type.Object({ callbacks: Type.Array(Callback) });
/** The secret is shown here only. */
export const CallbackWithSecret = Type.Object({
  ...CALLBACK,
  secret: Type.String({
    description: 'whsec_ and base64, for the libraries of Standard Webhooks.',
  }),
});

const Attempt = Type.Object({
  at: Time,
  durationMs: Type.Integer(),
  status: orNull(Type.Integer({ description: 'null: there was no response.' })),
  error: orNull(
    Type.String({
      description:
        'null: delivered; status, timeout, connection, tls, dns, address-refused or url-refused.',
    }),
  ),
});
export const TestResult = Attempt;

export const Deliveries = Type.Object({
  deliveries: Type.Array(
    Type.Object({
      id: DeliveryId,
      type: Type.String(),
      callId: Type.String(),
      status: Type.Unsafe<'pending' | 'delivered' | 'dead'>({
        type: 'string',
        enum: ['pending', 'delivered', 'dead'],
      }),
      createdAt: Time,
      nextAttemptAt: orNull(Time),
      attempts: Type.Array(Attempt),
    }),
  ),
  cursor: orNull(
    Type.String({ description: 'The cursor of the next page; null on the last one.' }),
  ),
});

/** The body of `POST /v1/callbacks`. */
export type NewCallback = Static<typeof NewCallback>;
/** The fields of a callback that change. */
export type CallbackPatch = Static<typeof CallbackPatch>;
/** An endpoint, without its secret. */
export type Callback = Static<typeof Callback>;
/** All endpoints, the oldest first. */
export type Callbacks = Static<typeof Callbacks>;
/** An endpoint and its secret, which is shown once. */
export type CallbackWithSecret = Static<typeof CallbackWithSecret>;
/** What came of a test delivery. */
export type TestResult = Static<typeof TestResult>;
/** A page of the delivery log. */
export type Deliveries = Static<typeof Deliveries>;
