import type { KeyValue, Logger, PersistentStorage, Page } from '../../src/engine/api/ports.ts';
import type { LeaveBeacon, SessionId, UserId } from '../../src/protocol/index.ts';

/** A page that the test closes and shows again. */
export class FakePage implements Page {
  readonly leaves: LeaveBeacon[] = [];
  readonly #leaving = new Set<() => void>();
  readonly #returning = new Set<() => void>();
  /** The acquired sessions. */
  sessions = 0;

  acquireSession(
    _server: string,
    userId: UserId,
  ): Promise<{ sessionId: SessionId; release: () => void }> {
    this.sessions += 1;
    return Promise.resolve({
      sessionId: `session-of-${userId}-0001` as SessionId,
      release: () => (this.sessions -= 1),
    });
  }

  onLeaving(callback: () => void): () => void {
    this.#leaving.add(callback);
    return () => this.#leaving.delete(callback);
  }

  onReturning(callback: () => void): () => void {
    this.#returning.add(callback);
    return () => this.#returning.delete(callback);
  }

  sendLeave(_server: string, body: LeaveBeacon): void {
    this.leaves.push(body);
  }

  goAway(): void {
    for (const callback of [...this.#leaving]) callback();
  }

  comeBack(): void {
    for (const callback of [...this.#returning]) callback();
  }

  get listeners(): number {
    return this.#leaving.size + this.#returning.size;
  }
}

class FakeKeyValue implements KeyValue {
  readonly entries = new Map<string, string>();

  read(key: string): string | null {
    return this.entries.get(key) ?? null;
  }

  write(key: string, value: string | null): void {
    if (value === null) this.entries.delete(key);
    else this.entries.set(key, value);
  }
}

export class FakeMemory implements PersistentStorage {
  readonly tab = new FakeKeyValue();
  readonly browser = new FakeKeyValue();
}

/** Records log lines, so that a test can search them. */
export class FakeLogger implements Logger {
  readonly lines: string[] = [];

  debug(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.lines.push(`debug ${message} ${JSON.stringify(fields ?? {})}`);
  }

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.lines.push(`warn ${message} ${JSON.stringify(fields ?? {})}`);
  }
}
