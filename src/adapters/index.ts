/** Public entry of the engine for browsers (dist/engine.js): calls without a user interface. */
export * from '../engine/index.ts';
export * from '../protocol/index.ts';
export { BrowserRinger, type RingOptions } from './browser-ringer.ts';
export type { LogLevel } from './console-logger.ts';
export { LivekitMedia } from './livekit-media.ts';
export type { VideoStyle, VideoTarget } from './livekit-pictures.ts';
export type { RingKind } from './ring-sound.ts';
export { TUICallEngine, type EngineOptions, type VideoRenderParams } from './tui-call-engine.ts';
