import { CallError } from '../../src/engine/api/call-error.ts';
import { NO_EFFECTS, type Effects } from '../../src/engine/effects.ts';
import type { EffectReason } from '../../src/engine/api/observer.ts';
import type { EffectProblem } from '../shared/problem.ts';

const NAMES = ['background', 'noiseSuppression', 'beauty', 'beautyWhiten'] as const;

/** What is to be asked of the engine: of a new one, only what the page has set; the user may have chosen the rest. */
export function effectWish(
  element: Effects,
  changed: { has(name: keyof Effects): boolean },
  isNewEngine: boolean,
): Partial<Effects> | null {
  const names = NAMES.filter((name) =>
    isNewEngine ? element[name] !== NO_EFFECTS[name] : changed.has(name),
  );
  if (names.length === 0) return null;
  return Object.fromEntries(names.map((name) => [name, element[name]]));
}

/** What the user is told of an effect that cannot run. */
export function effectProblem(effectReason: EffectReason): EffectProblem {
  return { ...plainError(), effectReason };
}

function plainError() {
  const { code, name, message, retryable } = new CallError('not-supported-here');
  return { code, name, message, retryable };
}
