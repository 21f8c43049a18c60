import { LiveKitRoom, VideoConference } from '@livekit/components-react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

/** LiveKit's own prefab, as in its documentation: a whole conference in one component. */
const query = new URLSearchParams(location.search);
const look = document.createElement('link');
look.rel = 'stylesheet';
look.href = '/node_modules/@livekit/components-styles/dist/general/index.css';
document.head.append(look);

const place = document.createElement('div');
place.dataset['lkTheme'] = 'default';
place.style.height = '100vh';
document.body.style.margin = '0';
document.body.replaceChildren(place);

const resolution = { width: 640, height: 360, frameRate: 30 };
const room = createElement(
  LiveKitRoom,
  {
    serverUrl: query.get('url') ?? '',
    token: query.get('token') ?? '',
    audio: true,
    video: { resolution },
    // Recommended by the documentation; the element does the same.
    options: { adaptiveStream: true, dynacast: true },
  },
  createElement(VideoConference),
);
createRoot(place).render(room);
