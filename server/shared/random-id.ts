import { randomBytes } from 'node:crypto';

/** 128 random bits, so that ids of calls and rooms cannot be guessed. */
export type RandomId = () => string;

export const randomId: RandomId = () => randomBytes(16).toString('base64url');
