import { Room } from 'livekit-client';

/** What loading livekit-client costs by itself. */
Object.assign(window, { room: new Room() });
