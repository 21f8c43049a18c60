// Loaded before the widget: writes down what the page asks of the browser and what the widget says.
{
  const EVENTS = [
    'call-error',
    'call-received',
    'call-cancelled',
    'call-begin',
    'call-end',
    'call-media-type-changed',
    'user-reject',
    'user-no-response',
    'user-line-busy',
    'user-join',
    'user-leave',
    'user-video-available',
    'user-audio-available',
    'user-voice-volume-changed',
    'user-network-quality-changed',
    'kicked-offline',
    'user-sig-expired',
    'call-not-connected',
    'user-inviting',
    'user-sig-will-expire',
    'call-missed',
    'connection-state-changed',
    'device-changed',
    'screen-share-changed',
    'recording-changed',
  ];
  const record = {
    events: [],
    violations: [],
    errors: [],
    captures: [],
    tracks: [],
    peers: [],
    sockets: [],
    requests: () => performance.getEntriesByType('resource').map((entry) => entry.name),
  };
  window.record = record;

  for (const name of EVENTS) {
    document.addEventListener(name, (event) => {
      record.events.push({
        name,
        detail: structuredClone(event.detail),
        target: event.target.id,
        at: performance.now(),
      });
    });
  }
  document.addEventListener('securitypolicyviolation', (event) => {
    record.violations.push(
      `${event.violatedDirective} ${event.blockedURI.split('?')[0]} ${event.sourceFile}:${event.lineNumber}`,
    );
  });
  window.addEventListener('error', (event) => record.errors.push(String(event.message)));
  window.addEventListener('unhandledrejection', (event) =>
    record.errors.push(`unhandled: ${event.reason?.stack ?? event.reason}`),
  );

  // Every capture the page asks for, and every track it got: a live one after the call is a leak.
  const devices = navigator.mediaDevices;
  for (const method of ['getUserMedia', 'getDisplayMedia']) {
    const original = devices[method].bind(devices);
    devices[method] = async (constraints) => {
      record.captures.push({
        method,
        audio: Boolean(constraints?.audio),
        video: Boolean(constraints?.video),
        at: performance.now(),
      });
      if (record.deny) throw new DOMException('denied by the test', record.deny);
      const stream = await original(constraints);
      record.tracks.push(...stream.getTracks());
      return stream;
    };
  }

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...args) {
      super(...args);
      record.peers.push(this);
    }
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args);
      record.sockets.push(this);
    }
  };

  /** All elements of this kind, through every shadow root. */
  record.deep = (selector, root = document) => {
    const found = [...root.querySelectorAll(selector)];
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) found.push(...record.deep(selector, element.shadowRoot));
    }
    return found;
  };

  /** A fingerprint of each picture that is shown now: it changes while the picture moves. */
  record.pictures = () =>
    record
      .deep('video')
      .filter((video) => video.videoWidth > 0 && video.getBoundingClientRect().width > 0)
      .map((video) => {
        const canvas = new OffscreenCanvas(32, 24);
        const context = canvas.getContext('2d');
        context.drawImage(video, 0, 0, 32, 24);
        return context
          .getImageData(0, 0, 32, 24)
          .data.reduce((sum, value, index) => (sum * 31 + value + index) % 1000000007, 7);
      });

  /** Energy of all sound received so far: rises only when there is something to hear. */
  record.heard = async () => {
    let energy = 0;
    for (const peer of record.peers) {
      if (peer.connectionState === 'closed') continue;
      for (const entry of (await peer.getStats()).values()) {
        if (entry.type === 'inbound-rtp' && entry.kind === 'audio')
          energy += entry.totalAudioEnergy ?? 0;
      }
    }
    return energy;
  };

  record.open = () => ({
    tracks: record.tracks.filter((track) => track.readyState === 'live').length,
    peers: record.peers.filter((peer) => peer.connectionState !== 'closed').length,
    sockets: record.sockets.filter((socket) => socket.readyState < 2).length,
  });
}
