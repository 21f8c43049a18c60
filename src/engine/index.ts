/** The engine without adapters; src/adapters has the engine for browsers. */
export type { RecentPage } from './state/effects.ts';
export * from './call-engine.ts';
export * from './api/call-error.ts';
export * from './api/media-effects.ts';
export type { CallOptions, RecentOptions, WaitingOptions } from './engine-commands.ts';
export * from './api/observer.ts';
export * from './api/ports.ts';
export * from './api/snapshot.ts';
