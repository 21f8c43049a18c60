/** The words that client and server share. No DOM, no Node, no dependency. */
export * from './answer.ts';
export * from './call.ts';
export * from './command.ts';
export * from './decode.ts';
export * from './error-code.ts';
export * from './ids.ts';
export * from './limits.ts';
export * from './server-message.ts';
export * from './version.ts';
