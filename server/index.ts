/** Public API: run the call server in a program, or create userSigs in a back end. */
export { createUserSig } from './auth/user-sig.ts';
export type { UserSigOptions } from './auth/user-sig.ts';
export { ConfigError, readConfig } from './config/config.ts';
export type { Config, Environment } from './config/config.ts';
export { createServer } from './create-server.ts';
export type { CallServer, ServerOptions } from './create-server.ts';
