/** The names used of LiveKit's library; tree shaking removes the rest. */
export {
  AudioPresets,
  ConnectionState,
  DisconnectReason,
  Room,
  RoomEvent,
  ScreenSharePresets,
  setLogLevel,
  Track,
  VideoPreset,
  VideoPresets,
} from 'livekit-client';
