/** The media server for the demo and the tests: where to get it, and how to run it on loopback. */
export { findLivekit, livekitFromEnvironment, LIVEKIT_VERSION } from './find.mjs';
export { startLivekit } from './start.mjs';
