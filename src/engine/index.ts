/** The engine without its ports: see src/adapters for the one that runs in a browser. */
export * from './call-engine.ts';
export * from './call-error.ts';
export * from './observer.ts';
export * from './ports.ts';
export * from './snapshot.ts';
