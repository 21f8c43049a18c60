import { randomBytes } from 'node:crypto';

/** 128 random bits: enough that nobody guesses a call or a room. */
export type RandomId = () => string;

export const randomId: RandomId = () => randomBytes(16).toString('base64url');
