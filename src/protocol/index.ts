/** The wire protocol that client and server share. Uses neither DOM nor Node and has no dependency. */
export * from './answer.ts';
export * from './call.ts';
export * from './command.ts';
export * from './decode.ts';
export * from './error-code.ts';
export * from './ids.ts';
export * from './limits.ts';
export * from './push.ts';
export * from './server-message.ts';
export * from './version.ts';
