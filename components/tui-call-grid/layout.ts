import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import { isPresent } from '../members.ts';

/** One picture to place: somebody's camera or somebody's screen. */
export interface TileKey {
  readonly key: string;
  readonly userId: string;
  readonly source: 'camera' | 'screen';
}

export interface PlacedTile extends TileKey {
  readonly place: 'big' | 'small' | 'cell';
}

/**
 * `pair`: one fills the stage, the other lies in its corner. `grid`: all alike, in pages.
 * `speaker`: one large, the others in a row below it.
 */
export interface Arrangement {
  readonly kind: 'pair' | 'grid' | 'speaker';
  readonly tiles: readonly PlacedTile[];
  /** Counted from 0. */
  readonly page: number;
  readonly pages: number;
  /** Columns on a stage that is wider than high, and on one that is not. */
  readonly columnsWide: number;
  readonly columnsTall: number;
}

export interface LayoutWishes {
  readonly layout: 'auto' | 'grid' | 'speaker';
  /** The picture somebody chose to see large. */
  readonly chosen: string | null;
  readonly page: number;
}

/** More faces than this on one page are too small to read. */
export const TILES_PER_PAGE = 16;

/** Where everybody is drawn. Pure: the same call and wishes give the same stage. */
export function arrange(state: CallSnapshot, wishes: LayoutWishes): Arrangement {
  const tiles = tilesOf(state);
  const screen = tiles.find((tile) => tile.source === 'screen' && !isOwn(state, tile));
  if (wishes.layout !== 'grid' && (wishes.layout === 'speaker' || screen) && tiles.length > 1) {
    return speaker(tiles, find(tiles, wishes.chosen) ?? screen ?? loudest(state, tiles));
  }
  if (!state.isGroup && wishes.layout !== 'grid') return pair(state, tiles, wishes.chosen);
  return grid(tiles, wishes.page);
}

/** Others first, oneself last; a screen before the face that shares it. One's own screen is not shown. */
function tilesOf({ members }: CallSnapshot): TileKey[] {
  const present = members.filter(isPresent);
  const ordered = [...present.filter((m) => !m.isSelf), ...present.filter((m) => m.isSelf)];
  return ordered.flatMap(({ userId, isSelf, screenOn }) => [
    ...(screenOn && !isSelf ? [tile(userId, 'screen')] : []),
    tile(userId, 'camera'),
  ]);
}

const tile = (userId: string, source: 'camera' | 'screen'): TileKey => ({
  key: `${source}:${userId}`,
  userId,
  source,
});

const find = (tiles: readonly TileKey[], key: string | null): TileKey | undefined =>
  tiles.find((t) => t.key === key);

const isOwn = ({ members }: CallSnapshot, { userId }: TileKey): boolean =>
  members.some((m) => m.isSelf && m.userId === userId);

function loudest({ members }: CallSnapshot, tiles: readonly TileKey[]): TileKey | undefined {
  const others = members.filter((m) => !m.isSelf && m.status === 'joined');
  const first = others.reduce(
    (a, b) => (b.volume > a.volume ? b : a),
    others[0] ?? { userId: '', volume: 0 },
  );
  return tiles.find((t) => t.userId === first.userId) ?? tiles[0];
}

function pair(state: CallSnapshot, tiles: readonly TileKey[], chosen: string | null): Arrangement {
  // A picture of oneself in the corner only when there is a picture.
  const own = state.members.find((m) => m.isSelf);
  const shown = tiles.filter((t) => !isOwn(state, t) || own?.videoOn || tiles.length === 1);
  const big = find(shown, chosen) ?? shown[0];
  return {
    ...ONE_PAGE,
    kind: 'pair',
    tiles: shown.map((t) => ({ ...t, place: t === big ? 'big' : 'small' })),
  };
}

function speaker(tiles: readonly TileKey[], big: TileKey | undefined): Arrangement {
  return {
    ...ONE_PAGE,
    kind: 'speaker',
    tiles: tiles.map((t) => ({ ...t, place: t === big ? 'big' : 'small' })),
  };
}

function grid(all: readonly TileKey[], wanted: number): Arrangement {
  const pages = Math.max(1, Math.ceil(all.length / TILES_PER_PAGE));
  const page = Math.min(Math.max(wanted, 0), pages - 1);
  const tiles = all.slice(page * TILES_PER_PAGE, (page + 1) * TILES_PER_PAGE);
  const square = Math.ceil(Math.sqrt(tiles.length));
  return {
    kind: 'grid',
    tiles: tiles.map((t) => ({ ...t, place: 'cell' })),
    page,
    pages,
    columnsWide: tiles.length === 2 ? 2 : square,
    columnsTall: Math.max(1, tiles.length <= 2 ? 1 : tiles.length <= 8 ? 2 : square - 1),
  };
}

const ONE_PAGE = { page: 0, pages: 1, columnsWide: 1, columnsTall: 1 };
