/** Public entry of the engine for browsers (dist/engine.js): calls without a user interface. */
export * from '../engine/index.ts';
export * from '../protocol/index.ts';
export { BrowserRinger, type RingOptions } from './ringer/browser-ringer.ts';
export type { LogLevel } from './browser/console-logger.ts';
export { LivekitMedia } from './livekit/livekit-media.ts';
export type { VideoStyle, VideoTarget } from './livekit/video.ts';
export type { RingKind } from './ringer/ring-samples.ts';
export { TUICallEngine, type EngineOptions, type VideoRenderParams } from './tui-call-engine.ts';
