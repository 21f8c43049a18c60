import type { Command, CommandType } from '../../../../src/protocol/index.ts';
import type { Line } from '../system/system.ts';

/** Commands by which a user changes a call; requests that devices send by themselves do not count. */
const ACTS: ReadonlySet<CommandType> = new Set([
  ...(['call', 'cancel', 'accept', 'reject', 'hangup', 'invite'] as const),
  ...(['join', 'join-group', 'hold', 'switch-media-type'] as const),
]);

interface Party {
  readonly userId: string;
  readonly link: Line;
}

/**
 * Finds whether commands cross in a sequence: two of them, from different devices and for the same call,
 * are on their way at once. Before a call has its id, its two users identify it.
 */
export class Crossings {
  readonly #parties: () => readonly Party[];
  /** Pairs of commands that crossed, by their types. */
  readonly met = new Set<string>();

  constructor(parties: () => readonly Party[]) {
    this.#parties = parties;
  }

  look(): void {
    const onTheWay = this.#parties().flatMap(({ userId, link }) =>
      link.up.flatMap((up) => {
        if (up.type !== 'command' || !ACTS.has(up.command.type)) return [];
        return [{ link, command: up.command, subjects: subjectsOf(up.command, userId) }];
      }),
    );
    for (const [index, one] of onTheWay.entries()) {
      for (const other of onTheWay.slice(index + 1)) {
        if (one.link === other.link) continue;
        if (!one.subjects.some((subject) => other.subjects.includes(subject))) continue;
        this.met.add([one.command.type, other.command.type].sort().join(' × '));
      }
    }
  }
}

function subjectsOf(command: Command, userId: string): readonly string[] {
  if ('callId' in command) return [command.callId];
  if (command.type === 'call') {
    const pairs = command.userIds.map((one) => [one, userId].sort().join(' and '));
    return command.groupId === '' ? pairs : [...pairs, `group ${command.groupId}`];
  }
  if (command.type === 'join-group') return [`group ${command.groupId}`];
  return command.type === 'cancel' ? [command.callCommandId] : [];
}
