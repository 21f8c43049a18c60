import { CallEngine } from '../../../src/engine/call-engine.ts';
import { EngineCommands } from '../../../src/engine/engine-commands.ts';
import type { ElementEngine } from './dependencies.ts';

/** Members of the engine that are not methods of the element, or that the element has in its own form. */
const OTHERS = [
  'state',
  'effects',
  'subscribe',
  'listen',
  // Called by the element itself: its attributes sign in, and its removal signs out.
  'init',
  'destroy',
  // CallCommands has methods of its own, which dispatch a cancelable event first.
  'calls',
  'hangup',
  // TuiCall.setEffects() remembers the effects and updates the properties.
  'setEffects',
  // Read by TuiCall.enableNotifications().
  'isPushOffered',
] as const;

/** The methods that the element passes to the engine unchanged. The engine documents them. */
export type EngineMethods = Omit<ElementEngine, (typeof OTHERS)[number]>;

const NOT_PASSED: ReadonlySet<string> = new Set([
  ...OTHERS,
  ...['constructor', 'request', 'push', 'setPushTarget', 'addObserver', 'removeObserver'],
]);

/** Read from the engine's classes: a new method of the engine is a method of the element. */
export const ENGINE_METHODS = [EngineCommands, CallEngine]
  .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
  .filter((name) => !NOT_PASSED.has(name)) as (keyof EngineMethods)[];
