/** Everything that the page has opened and that outlives the script that opened it. */
export interface OpenResources {
  readonly connections: number;
  readonly sockets: number;
  readonly soundContexts: number;
  readonly intervals: readonly string[];
  readonly listeners: readonly string[];
}

/** Moments a test can wait for: it acts within the browser's own call or event. */
export type Moment =
  | 'connection made'
  | 'offer asked for'
  | 'offer made'
  | 'local description asked for'
  | 'local description set'
  | 'remote description asked for'
  | 'remote description set'
  | 'connection connecting'
  | 'connection connected'
  | 'sound context made'
  | 'socket made'
  | 'socket open'
  | 'message received'
  | 'joined';

type Negotiation = 'createOffer' | 'setLocalDescription' | 'setRemoteDescription';

/** Tracks what the page opens, from construction on. */
export class OpenResourcesWatch {
  readonly #connections: RTCPeerConnection[] = [];
  readonly #sockets: WebSocket[] = [];
  readonly #contexts: AudioContext[] = [];
  readonly #intervals = new Map<number, string>();
  readonly #listeners = new Set<{ target: EventTarget; type: string; listener: unknown }>();
  #awaited: { readonly moment: Moment; readonly act: () => void; left: number } | null = null;

  constructor() {
    this.#watchConnections();
    this.#watchSockets();
    this.#watchContexts();
    this.#watchIntervals();
    this.#watchListeners();
  }

  now(): OpenResources {
    return {
      connections: this.#connections.filter((one) => one.signalingState !== 'closed').length,
      sockets: this.#sockets.filter((one) => one.readyState !== WebSocket.CLOSED).length,
      soundContexts: this.#contexts.filter((one) => one.state !== 'closed').length,
      intervals: [...this.#intervals.values()],
      listeners: [...this.#listeners].map(({ type }) => type).sort(),
    };
  }

  /** Runs `act` at the nth occurrence of this moment from now on. */
  at(moment: Moment, nth: number, act: () => void): void {
    this.#awaited = { moment, act, left: nth };
  }

  pass(moment: Moment): void {
    const awaited = this.#awaited;
    if (awaited?.moment !== moment) return;
    awaited.left -= 1;
    if (awaited.left > 0) return;
    this.#awaited = null;
    awaited.act();
  }

  #watchConnections(): void {
    const connections = this.#connections;
    const pass = (moment: Moment): void => this.pass(moment);
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
        this.addEventListener('connectionstatechange', () => {
          if (this.connectionState === 'connecting') pass('connection connecting');
          if (this.connectionState === 'connected') pass('connection connected');
        });
        pass('connection made');
      }
    };
    const { prototype } = RTCPeerConnection;
    const between = (method: Negotiation, before: Moment, after: Moment): void => {
      const original: (this: RTCPeerConnection, ...args: never[]) => Promise<unknown> =
        prototype[method];
      const watched = async function (this: RTCPeerConnection, ...args: never[]) {
        pass(before);
        const result = await original.apply(this, args);
        pass(after);
        return result;
      };
      Object.assign(prototype, { [method]: watched });
    };
    between('createOffer', 'offer asked for', 'offer made');
    between('setLocalDescription', 'local description asked for', 'local description set');
    between('setRemoteDescription', 'remote description asked for', 'remote description set');
  }

  #watchSockets(): void {
    const sockets = this.#sockets;
    const pass = (moment: Moment): void => this.pass(moment);
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
        this.addEventListener('open', () => pass('socket open'));
        this.addEventListener('message', () => pass('message received'));
        pass('socket made');
      }
    };
  }

  #watchContexts(): void {
    const contexts = this.#contexts;
    const pass = (moment: Moment): void => this.pass(moment);
    globalThis.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        contexts.push(this);
        pass('sound context made');
      }
    };
  }

  #watchIntervals(): void {
    const intervals = this.#intervals;
    const { setInterval, clearInterval } = window;
    const watched = (work: () => void, ms?: number): number => {
      const id = setInterval(work, ms);
      intervals.set(id, `every ${ms ?? 0} ms`);
      return id;
    };
    const cleared = (id?: number): void => {
      if (id !== undefined) intervals.delete(id);
      clearInterval(id);
    };
    Object.assign(window, { setInterval: watched, clearInterval: cleared });
  }

  #watchListeners(): void {
    const listeners = this.#listeners;
    const places: readonly EventTarget[] = [
      window,
      document,
      document.body,
      navigator.mediaDevices,
    ];
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      addEventListener.call(this, type, listener, options);
      if (!places.includes(this)) return;
      const entry = { target: this, type, listener };
      listeners.add(entry);
      const signal = typeof options === 'object' ? options.signal : undefined;
      if (signal) addEventListener.call(signal, 'abort', () => listeners.delete(entry));
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
      removeEventListener.call(this, type, listener, options);
      for (const one of listeners) {
        if (one.target === this && one.type === type && one.listener === listener) {
          listeners.delete(one);
        }
      }
    };
  }
}
