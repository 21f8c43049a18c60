/** The engine without its ports: see src/adapters for the one that runs in a browser. */
export type { Effects, EffectsWish, ImageFile } from './effects.ts';
export type { RecentPage } from './state/effects.ts';
export * from './call-engine.ts';
export * from './api/call-error.ts';
export type { CallOptions, RecentOptions, WaitingOptions } from './engine-commands.ts';
export * from './api/observer.ts';
export * from './api/ports.ts';
export * from './api/snapshot.ts';
