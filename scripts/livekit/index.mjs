/** The media server for the demo and the tests: finds or installs it, and runs it on loopback. */
export { findLivekit, livekitFromEnvironment, LIVEKIT_VERSION } from './find.mjs';
export { startLivekit } from './start.mjs';
