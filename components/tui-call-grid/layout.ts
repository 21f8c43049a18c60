import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { isPresent } from '../shared/members.ts';
import { isSpeaking } from '../shared/member-status.ts';

/** One video to arrange: a member's camera or screen. */
export interface TileKey {
  readonly key: string;
  readonly userId: string;
  readonly source: 'camera' | 'screen';
}

export interface PlacedTile extends TileKey {
  readonly place: 'big' | 'small' | 'cell';
}

/**
 * `pair`: one tile fills the stage, the other is in its corner. `grid`: tiles of equal size, in pages. `speaker`: one
 * large tile, the others in a row below it, or beside it on a wide stage.
 */
export interface Arrangement {
  readonly kind: 'pair' | 'grid' | 'speaker';
  readonly tiles: readonly PlacedTile[];
  /** Index, from 0. */
  readonly page: number;
  readonly pages: number;
  /** Number of columns on a landscape and on a portrait stage. */
  readonly columnsWide: number;
  readonly columnsTall: number;
}

export interface LayoutOptions {
  readonly layout: 'auto' | 'grid' | 'speaker';
  /** The tile that the user has enlarged; in a group it stays pinned. */
  readonly chosen: string | null;
  /** The active speaker: shown large, or at least on the first page. */
  readonly speaker: string | null;
  readonly page: number;
}

/** Maximum tiles per page; more would be too small. */
export const TILES_PER_PAGE = 16;

/** Arranges the tiles. Pure. */
export function arrange(state: CallSnapshot, options: LayoutOptions): Arrangement {
  const tiles = tilesOf(state);
  const chosen = find(tiles, options.chosen);
  const screen = tiles.find((tile) => tile.source === 'screen' && !isOwn(state, tile));
  const isPair = !state.isGroup && options.layout !== 'grid';
  const wantsLarge = options.layout === 'speaker' || (options.layout === 'auto' && screen);
  if (tiles.length > 1 && (wantsLarge || (chosen && !isPair))) {
    const talking = find(tiles, `camera:${options.speaker ?? ''}`);
    return speaker(tiles, chosen ?? screen ?? talking ?? tiles[0]);
  }
  return isPair ? pair(state, tiles, options.chosen) : grid(state, tiles, options);
}

/**
 * The active speaker: stays the same member until another member speaks and this one does not.
 * So two voices at once, or a pause, move nothing.
 */
export function activeSpeaker({ members }: CallSnapshot, before: string | null): string | null {
  const others = members.filter((m) => !m.isSelf && m.status === 'joined');
  const last = others.find((m) => m.userId === before);
  if (last && isSpeaking(last)) return before;
  const loudest = others
    .filter(isSpeaking)
    .reduce<CallMember | undefined>((a, b) => (a && a.volume >= b.volume ? a : b), undefined);
  return loudest?.userId ?? last?.userId ?? null;
}

/**
 * Other members first, the user last; a shared screen before its member's camera. The user's own screen is not shown.
 */
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

function pair(state: CallSnapshot, tiles: readonly TileKey[], chosen: string | null): Arrangement {
  // The own tile is in the corner only while the camera is on.
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

function grid(
  state: CallSnapshot,
  placed: readonly TileKey[],
  options: Pick<LayoutOptions, 'page' | 'speaker'>,
): Arrangement {
  const pages = Math.max(1, Math.ceil(placed.length / TILES_PER_PAGE));
  const page = Math.min(Math.max(options.page, 0), pages - 1);
  const all = orderForPages(state, placed, options.speaker);
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

/**
 * The own tile is the last one of the first page. A speaker on a later page swaps places with a member of the first.
 */
function orderForPages(
  state: CallSnapshot,
  placed: readonly TileKey[],
  speaking: string | null,
): readonly TileKey[] {
  if (placed.length <= TILES_PER_PAGE) return placed;
  const all = placed.filter((t) => !isOwn(state, t));
  const own = placed.filter((t) => isOwn(state, t));
  const last = TILES_PER_PAGE - own.length - 1;
  const at = all.findIndex((t) => t.userId === speaking);
  const [shown, speaker] = [all[last], all[at]];
  if (at > last && shown && speaker) [all[last], all[at]] = [speaker, shown];
  return [...all.slice(0, last + 1), ...own, ...all.slice(last + 1)];
}

const ONE_PAGE = { page: 0, pages: 1, columnsWide: 1, columnsTall: 1 };
