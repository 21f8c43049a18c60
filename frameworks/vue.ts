import {
  defineComponent,
  h,
  onBeforeUnmount,
  onMounted,
  shallowRef,
  watchPostEffect,
  type ComponentPublicInstance,
  type ShallowRef,
} from 'vue';
import type { TuiCallEventMap } from '../components/shared/events.ts';
import { register } from '../components/shared/register.ts';
import { IDLE_SNAPSHOT } from '../components/tui-call/session/idle-snapshot.ts';
import { TuiCall as TuiCallElement } from '../components/tui-call/tui-call.ts';
import type { CallSnapshot } from '../src/engine/api/snapshot.ts';
import { EVENT_NAMES, listenToAll, type EventName } from './element-events.ts';
import { VALUE_NAMES, ValueWriter, type TuiCallValues } from './element-values.ts';

register({ 'tui-call': TuiCallElement });

export type { CallSnapshot, TuiCallElement, TuiCallEventMap, TuiCallValues };

/** The events of the component: those of the element, with the DOM event as the only argument. */
export type TuiCallEmits = {
  [Name in EventName]: (event: TuiCallEventMap[Name]) => void;
};

/**
 * `<tui-call>` as a Vue component: needs no `isCustomElement`, and converts texts such as `mute-ringtone="false"`. It
 * sets properties after mount; a server therefore renders the element without `userSig`. Importing the module
 * defines the element, and does nothing on a server.
 *
 * Values that are absent, `null` or `undefined` have the element's defaults. A removed component emits nothing. The
 * default slot takes the content of the element's slots: `<button slot="controls">`.
 */
export const TuiCall = defineComponent<TuiCallValues, TuiCallEmits>(
  (props, { emit, slots }) => {
    const element = shallowRef<TuiCallElement | null>(null);
    const writer = new ValueWriter();
    let removeListeners = (): void => undefined;
    onMounted(() => {
      if (!element.value) return;
      removeListeners = listenToAll(element.value, (name, event) => {
        Reflect.apply(emit, undefined, [name, event]);
      });
    });
    onBeforeUnmount(() => removeListeners());
    watchPostEffect(() => {
      if (element.value) writer.write(element.value, props);
    });
    return () => h('tui-call', { ref: element }, slots.default?.());
  },
  { name: 'TuiCall', props: VALUE_NAMES, emits: [...EVENT_NAMES] },
);

/** What `useTuiCall()` returns. */
export interface TuiCallComposable {
  /** The `:ref` for the component. */
  readonly ref: (component: Element | ComponentPublicInstance | null) => void;
  /** The element, with its methods; null before it is mounted and on a server. */
  readonly element: Readonly<ShallowRef<TuiCallElement | null>>;
  /** The state of the element, replaced after each change. */
  readonly state: Readonly<ShallowRef<CallSnapshot>>;
}

/**
 * Connects a component with the `<TuiCall>` that it renders.
 *
 * @example
 * const { ref: call, element, state } = useTuiCall();
 * // <TuiCall :ref="call" :server="server" :user-id="userId" :user-sig="userSig" />
 * // <button :disabled="state.phase !== 'idle'" @click="element?.calls(['bob'], 'video')">Call Bob</button>
 */
export function useTuiCall(): TuiCallComposable {
  const element = shallowRef<TuiCallElement | null>(null);
  const state = shallowRef(IDLE_SNAPSHOT);
  const changed = (): void => {
    state.value = element.value?.state ?? IDLE_SNAPSHOT;
  };
  const ref: TuiCallComposable['ref'] = (component) => {
    const next = elementOf(component);
    if (next === element.value) return;
    element.value?.removeEventListener('state-changed', changed);
    next?.addEventListener('state-changed', changed);
    element.value = next;
    changed();
  };
  return { ref, element, state };
}

function elementOf(component: Element | ComponentPublicInstance | null): TuiCallElement | null {
  if (component === null) return null;
  return '$el' in component ? (component.$el as TuiCallElement) : (component as TuiCallElement);
}
