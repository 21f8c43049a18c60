import type { Step } from '../search/device-sets.ts';
import { TIMER } from './steps.ts';
import type { Stage, Turn, Turns } from './turns.ts';

/** Formats an event of a device or its user. */
export function stepText(
  { actors, steps }: Turns,
  place: number,
  { device, event }: Step,
  moment: number,
): string {
  const actor = actors[place];
  const name = actor?.name ?? '?';
  if (event >= 0) return `${name} hears ${steps.messageText(event)}`;
  if (event === TIMER) return `${name}'s time is up: ${steps.dueText(device, moment)}`;
  return `${name} ${actor?.acts[-2 - event]?.name ?? '?'}`;
}

/** Formats an event of the server or the world. */
export function turnText({ actors, steps }: Turns, turn: Turn, { moment }: Stage): string {
  const name = actors[turn.device]?.name ?? '';
  switch (turn.what) {
    case 'arrives':
      return `the server takes ${name}'s ${steps.messageText(turn.message)}`;
    case 'leave-beacon':
      return `the leave beacon of ${name}'s page arrives`;
    case 'connects':
      return `${name} connects`;
    case 'loses':
      return `${name}'s connection breaks`;
    case 'reloads':
      return `${name}'s page reloads`;
    case 'job':
      return 'the server does what is due';
    case 'kill':
      return 'the server is killed';
    case 'start':
      return 'the server starts again';
    case 'time':
      return `time passes: ${steps.now(moment + 1) / 1000} s since the beginning`;
  }
}
