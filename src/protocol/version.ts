/**
 * The version of the wire protocol. A server refuses a client of another version with
 * `not-supported-here`. Within a version both sides ignore unknown fields and unknown message types.
 */
export const PROTOCOL_VERSION = 1;
