/** The adapters other than media, inside a page, as a test controls them. */
import { BrowserStorage } from '../../../src/adapters/browser/browser-storage.ts';
import { BrowserPage } from '../../../src/adapters/browser/browser-page.ts';
import { showRingAlert } from '../../../src/adapters/system/ring-alert.ts';
import { SystemControls } from '../../../src/adapters/system/system-controls.ts';
import { BrowserRinger } from '../../../src/adapters/ringer/browser-ringer.ts';
import { openCameraPreview } from '../../../src/adapters/capture/camera-preview.ts';
import { BrowserSocket } from '../../../src/adapters/signalling/browser-socket.ts';
import type { SignalEvents } from '../../../src/engine/index.ts';
import {
  parseCallId,
  parseCommandId,
  parseSessionId,
  parseUserId,
  PROTOCOL_VERSION,
  type Command,
} from '../../../src/protocol/index.ts';
import { randomId } from '../../../src/adapters/browser/random-id.ts';

function idsOfAlice() {
  const [userId, sessionId] = [parseUserId('alice'), parseSessionId('s'.repeat(22))];
  if (!userId || !sessionId) throw new Error('no ids');
  return { userId, sessionId };
}

class AdaptersPage {
  readonly memory = new BrowserStorage();
  readonly page = new BrowserPage();
  readonly ringer = new BrowserRinger();
  /** The ringer of a second widget on the page. */
  readonly otherRinger = new BrowserRinger();
  readonly socket = new BrowserSocket();
  readonly log: string[] = [];
  readonly system = new SystemControls((action) => this.note(`action ${action}`));
  ringing = new AbortController();
  readonly #waiting = new Set<() => void>();

  open(server: string, userSig = 'sig'): void {
    const handshake = { protocol: PROTOCOL_VERSION, ...idsOfAlice(), userSig };
    this.socket.open(server, () => handshake, this.#events());
  }

  sendLeave(server: string): void {
    this.page.sendLeave(server, { ...idsOfAlice(), userSig: 'sig' });
  }

  /** The answer, or the name of the CallError. */
  async send(timeoutMs: number): Promise<unknown> {
    const [id, known] = [parseCommandId(randomId()), parseCallId('k'.repeat(22))];
    if (!id || !known) throw new Error('no ids');
    const command: Command = { type: 'sync', id, knownCallIds: [known], missedSince: null };
    return this.socket
      .send(command, timeoutMs)
      .catch((error: unknown) => (error instanceof Error ? error.name : error));
  }

  async acquire(server: string, user: string) {
    const userId = parseUserId(user);
    if (!userId) throw new Error('no user');
    const held = await this.page.acquireSession(server, userId);
    this.release = held.release;
    return held.sessionId;
  }

  release: () => void = () => undefined;

  /** The cameras requested, and those still open, before and after the end of the preview. */
  async preview(): Promise<{ captures: number; shown: boolean; left: number }> {
    const opened: MediaStreamTrack[] = [];
    const { mediaDevices } = navigator;
    const real = mediaDevices.getUserMedia.bind(mediaDevices);
    let captures = 0;
    mediaDevices.getUserMedia = async (wanted) => {
      captures += 1;
      const stream = await real(wanted);
      opened.push(...stream.getTracks());
      return stream;
    };
    const ring = new AbortController();
    const stream = await openCameraPreview(ring.signal);
    const shown = opened.some(({ readyState }) => readyState === 'live') && stream !== null;
    ring.abort();
    const left = opened.filter(({ readyState }) => readyState === 'live').length;
    return { captures, shown, left };
  }

  showRing(): void {
    this.ringing = new AbortController();
    showRingAlert({ title: 'Mina', body: 'Incoming call', tag: 'call-1' }, this.ringing.signal);
  }

  watchRinger(): void {
    this.ringer.onBlocked((blocked) => this.note(`blocked ${blocked}`));
  }

  note(line: string): void {
    this.log.push(line);
    for (const check of [...this.#waiting]) check();
  }

  /** Resolves as soon as the line has been recorded `times` times. */
  noted(line: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.log.filter((one) => one === line).length < times) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  #events(): SignalEvents {
    return {
      connected: () => this.note('connected'),
      disconnected: () => this.note('disconnected'),
      refused: (error) => this.note(`refused ${error.name}`),
      unreachable: () => this.note('unreachable'),
      message: (frame) => this.note(`message ${JSON.stringify(frame)}`),
    };
  }
}

declare global {
  var adapters: AdaptersPage;
}

globalThis.adapters = new AdaptersPage();
