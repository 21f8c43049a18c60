import { eventually } from '../../e2e/support/eventually.ts';
import type { WidgetPage } from '../../e2e/support/widget-page.ts';

/** One tile, as a user of the page sees it. */
export interface ShownTile {
  readonly userId: string;
  readonly name: string;
  readonly speaking: boolean;
  /** A fingerprint of its picture: changes while the picture moves; null where there is none. */
  readonly print: number | null;
}

/** The tiles on the stage, in their order. */
export function tilesOn({ page }: WidgetPage): Promise<ShownTile[]> {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(16, 12);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const print = (video: HTMLVideoElement): number => {
      context?.drawImage(video, 0, 0, 16, 12);
      const pixels = context?.getImageData(0, 0, 16, 12).data ?? [];
      return [...pixels].reduce(
        (sum, value, index) => (sum * 31 + value + index) % 1_000_000_007,
        7,
      );
    };
    return window.record.deep('tui-call-tile').map((tile) => {
      const video = tile.shadowRoot?.querySelector('video') ?? null;
      return {
        userId: 'userId' in tile ? String(tile.userId) : '',
        name: tile.shadowRoot?.querySelector('.plate bdi')?.textContent ?? '',
        speaking: tile.shadowRoot?.querySelector('.speaking') !== null,
        print: video && video.videoWidth > 0 ? print(video) : null,
      };
    });
  });
}

/** Waits until the stage satisfies the condition. */
export function stageShows(
  widget: WidgetPage,
  what: string,
  isSo: (tiles: readonly ShownTile[]) => boolean,
  timeoutMs = 60_000,
): Promise<void> {
  return eventually(
    async () => isSo(await tilesOn(widget)),
    async () => `never ${what}; shown: ${JSON.stringify(await tilesOn(widget))}`,
    timeoutMs,
  ).then(() => undefined);
}

/** Waits until the picture of each of these users has moved, and no other tile on the stage has one. */
export async function picturesMove(widget: WidgetPage, userIds: readonly string[]): Promise<void> {
  const first = new Map<string, number>();
  const moved = new Set<string>();
  await stageShows(
    widget,
    `moving pictures of ${userIds.join(', ')}`,
    (tiles) => {
      const pictured = tiles.filter((tile) => tile.print !== null);
      for (const { userId, print } of pictured) {
        if (print === null) continue;
        if (first.has(userId) && first.get(userId) !== print) moved.add(userId);
        else first.set(userId, print);
      }
      return pictured.length === userIds.length && userIds.every((userId) => moved.has(userId));
    },
    60_000,
  );
}

/** A video without a new frame for this long has stopped. */
const ARRIVES_WITHIN_MS = 1_000;

/** Waits until this many videos of others arrive at the page, shown or not, by the statistics of its connections. */
export async function picturesArrive(widget: WidgetPage, count: number): Promise<void> {
  const samples: { readonly at: number; readonly frames: Readonly<Record<string, number>> }[] = [];
  let arriving: readonly string[] = [];
  await eventually(
    async () => {
      const now = { at: performance.now(), frames: await receivedFrames(widget) };
      samples.push(now);
      while (samples[1] && now.at - samples[1].at > ARRIVES_WITHIN_MS) samples.shift();
      const before = samples[0] ?? now;
      if (now.at - before.at < ARRIVES_WITHIN_MS) return false;
      arriving = Object.keys(now.frames).filter(
        (id) => (now.frames[id] ?? 0) > (before.frames[id] ?? 0),
      );
      return arriving.length === count;
    },
    () => `never ${count} pictures arriving; at last ${arriving.length}`,
    60_000,
  );
}

function receivedFrames({ page }: WidgetPage): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const frames: Record<string, number> = {};
    for (const peer of window.record.peers) {
      if (peer.connectionState === 'closed') continue;
      (await peer.getStats()).forEach((entry: Record<string, unknown>) => {
        if (entry['type'] !== 'inbound-rtp' || entry['kind'] !== 'video') return;
        frames[String(entry['trackIdentifier'])] = Number(entry['framesReceived'] ?? 0);
      });
    }
    return frames;
  });
}
