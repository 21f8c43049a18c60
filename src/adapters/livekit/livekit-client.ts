/** What we use of LiveKit's library, by name: the rest of it leaves the bundle. */
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
