/**
 * The version of the wire protocol. A server refuses a client of another major version with
 * `not-supported-here`; within a version, unknown fields are ignored and unknown message types skipped.
 */
export const PROTOCOL_VERSION = 1;
