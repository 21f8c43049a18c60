import { Room } from 'livekit-client';

/** The cost of loading livekit-client alone. */
Object.assign(window, { room: new Room() });
