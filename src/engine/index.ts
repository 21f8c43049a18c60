/** The engine without its ports: see src/adapters for the one that runs in a browser. */
export type { RecentPage } from './call-effect.ts';
export * from './call-engine.ts';
export * from './call-error.ts';
export type { CallOptions, RecentOptions, WaitingOptions } from './engine-commands.ts';
export * from './observer.ts';
export * from './ports.ts';
export * from './snapshot.ts';
