import type { AudioEnergy } from './level-meter.ts';
import type { PacketCount } from './packet-loss-meter.ts';

/** Fields read from getStats, which lib.dom leaves untyped (https://www.w3.org/TR/webrtc-stats/). */

export interface ReceiverStats {
  readonly framesDecoded: number;
  readonly packets: PacketCount;
}

export interface SenderStats {
  /** Packets the remote end reports as received and lost; null: no report yet. */
  readonly reported: PacketCount | null;
  readonly roundTripMs: number | null;
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * Reads the reports of received tracks. A browser converts each entry that is read, of which a report has many: only
 * the first report of a track is read as a whole.
 */
export class ReceiverReader {
  /** By track: the id of its entry, which is the same in each report. */
  readonly #ids = new WeakMap<object, string>();

  /** null: the report has no entry of this track. */
  read(track: object, report: RTCStatsReport): ReceiverStats | null {
    const inbound = this.#inbound(track, report);
    if (inbound === null) return null;
    return {
      framesDecoded: number(inbound, 'framesDecoded') ?? 0,
      packets: {
        arrived: number(inbound, 'packetsReceived') ?? 0,
        lost: number(inbound, 'packetsLost') ?? 0,
      },
    };
  }

  #inbound(track: object, report: RTCStatsReport): Entry | null {
    const known = report.get(this.#ids.get(track) ?? '') as Entry | undefined;
    if (known !== undefined) return known;
    for (const [id, entry] of report as ReadonlyMap<string, Entry>) {
      if (entry['type'] !== 'inbound-rtp') continue;
      this.#ids.set(track, id);
      return entry;
    }
    return null;
  }
}

export function readSender(report: RTCStatsReport): SenderStats {
  const entries = entriesOf(report);
  const remote = entries.filter((one) => one['type'] === 'remote-inbound-rtp');
  const sent = sum(
    entries.filter((one) => one['type'] === 'outbound-rtp'),
    'packetsSent',
  );
  const lost = sum(remote, 'packetsLost');
  const times = remote.flatMap((one) => number(one, 'roundTripTime') ?? []);
  return {
    reported: remote.length === 0 ? null : { arrived: Math.max(0, sent - lost), lost },
    roundTripMs: times.length > 0 ? 1_000 * Math.max(...times) : pathRoundTrip(entries),
  };
}

function pathRoundTrip(entries: readonly Entry[]): number | null {
  const pair = entries.find((one) => one['type'] === 'candidate-pair' && one['nominated'] === true);
  const seconds = pair && number(pair, 'currentRoundTripTime');
  return seconds === undefined ? null : 1_000 * seconds;
}

function entriesOf(report: RTCStatsReport): readonly Entry[] {
  const entries: Entry[] = [];
  report.forEach((entry: Entry) => entries.push(entry));
  return entries;
}

function sum(entries: readonly Entry[], name: string): number {
  return entries.reduce((total, one) => total + (number(one, name) ?? 0), 0);
}

function number(entry: Entry, name: string): number | undefined {
  const value = entry[name];
  return typeof value === 'number' ? value : undefined;
}

/** Audio energy of a received or captured track; null if the browser does not measure it. */
export function readAudioEnergy(report: RTCStatsReport): AudioEnergy | null {
  for (const entry of entriesOf(report)) {
    if (entry['type'] !== 'inbound-rtp' && entry['type'] !== 'media-source') continue;
    const energy = number(entry, 'totalAudioEnergy');
    const seconds = number(entry, 'totalSamplesDuration');
    if (energy !== undefined && seconds !== undefined) return { energy, seconds };
  }
  return null;
}
