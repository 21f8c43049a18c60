// Loaded before the widget: records what the page requests from the browser, and the events of the widget.
{
  const record = {
    events: [],
    violations: [],
    errors: [],
    captures: [],
    requests: () => performance.getEntriesByType('resource').map((entry) => entry.name),
  };
  window.record = record;

  // Weak references: otherwise the recorder itself would keep released objects alive.
  const made = {};
  for (const kind of ['tracks', 'peers', 'sockets']) {
    const references = [];
    made[kind] = (one) => references.push(new WeakRef(one));
    Object.defineProperty(record, kind, {
      get: () => references.map((reference) => reference.deref()).filter(Boolean),
    });
  }

  for (const name of window.eventNames) {
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

  // Every capture the page requests, and every track it receives: a live one after the call is a leak.
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
      stream.getTracks().forEach(made.tracks);
      return stream;
    };
  }

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...args) {
      super(...args);
      made.peers(this);
    }
  };
  const contexts = [];
  const Context = window.AudioContext;
  window.AudioContext = class extends Context {
    constructor(...args) {
      super(...args);
      contexts.push(new WeakRef(this));
    }
  };
  /** Whether this page produces an audible sound itself. */
  record.sounds = () => record.players() > 0;
  /** Number of running audio contexts; in a call, it includes the meter of the voices. */
  record.players = () => contexts.filter((context) => context.deref()?.state === 'running').length;

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args);
      made.sockets(this);
    }
  };

  // Listeners on the page as a whole: one that outlives its widget is a leak.
  const places = new Map([
    [window, 'window'],
    [document, 'document'],
    [navigator.mediaDevices, 'mediaDevices'],
    [navigator.connection, 'connection'],
    [matchMedia('(prefers-color-scheme: dark)').constructor.prototype, 'media query'],
  ]);
  const listeners = new Set();
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const sameAs = (target, type, listener, capture) => (one) =>
    one.target === target &&
    one.type === type &&
    one.listener === listener &&
    one.capture === capture;
  const captureOf = (options) =>
    (typeof options === 'object' ? options?.capture : options) ?? false;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? window;
    addEventListener.call(target, type, listener, options);
    const place = places.get(target) ?? places.get(Object.getPrototypeOf(target));
    if (place === undefined || listener === null) return;
    const entry = { target, type, listener, capture: captureOf(options), place };
    if ([...listeners].some(sameAs(target, type, listener, entry.capture))) return;
    if (options?.signal?.aborted) return;
    listeners.add(entry);
    const forget = () => listeners.delete(entry);
    if (options?.once) addEventListener.call(target, type, forget, { once: true });
    if (options?.signal) addEventListener.call(options.signal, 'abort', forget, { once: true });
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = this ?? window;
    removeEventListener.call(target, type, listener, options);
    for (const one of [...listeners]) {
      if (sameAs(target, type, listener, captureOf(options))(one)) listeners.delete(one);
    }
  };
  record.listeners = () => [...listeners].map(({ place, type }) => `${place}: ${type}`).sort();

  // Timers that wait or repeat.
  const timers = new Map();
  const { setTimeout, setInterval, clearTimeout, clearInterval } = window;
  const where = () => new Error('set').stack.split('\n').slice(3, 6).join(' ');
  window.setTimeout = (work, ms, ...args) => {
    const id = setTimeout(() => {
      timers.delete(id);
      work(...args);
    }, ms);
    timers.set(id, `${ms} ms ${where()}`);
    return id;
  };
  window.setInterval = (work, ms, ...args) => {
    const id = setInterval(work, ms, ...args);
    timers.set(id, `every ${ms} ms ${where()}`);
    return id;
  };
  const clear = (native) => (id) => {
    timers.delete(id);
    native.call(window, id);
  };
  window.clearTimeout = clear(clearTimeout);
  window.clearInterval = clear(clearInterval);
  record.timers = () => [...timers.values()];

  /** All elements of this kind, through every shadow root. */
  record.deep = (selector, root = document) => {
    const found = [...root.querySelectorAll(selector)];
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) found.push(...record.deep(selector, element.shadowRoot));
    }
    return found;
  };

  /** A fingerprint of each visible picture: it changes while the picture moves. */
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

  /** Energy of all sound received so far: rises only while audio is received. */
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
