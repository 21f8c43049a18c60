import {
  createElement,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type HTMLAttributes,
  type ReactElement,
  type ReactNode,
  type Ref,
  type RefCallback,
} from 'react';
import type { TuiCallEventMap } from '../components/shared/events.ts';
import { register } from '../components/shared/register.ts';
import { IDLE_SNAPSHOT } from '../components/tui-call/session/idle-snapshot.ts';
import { TuiCall as TuiCallElement } from '../components/tui-call/tui-call.ts';
import type { CallSnapshot } from '../src/engine/api/snapshot.ts';
import { EVENT_NAMES, listenToAll, type EventName } from './element-events.ts';
import { VALUE_NAMES, ValueWriter, type TuiCallValues } from './element-values.ts';

register({ 'tui-call': TuiCallElement });

export type { CallSnapshot, TuiCallElement, TuiCallEventMap, TuiCallValues };

type Pascal<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Capitalize<Head>}${Pascal<Tail>}`
  : Capitalize<Name>;

/** One handler per event: `call-received` → `onCallReceived`. It gets the DOM event; `detail` has the fields. */
export type TuiCallHandlers = {
  readonly [Name in EventName as `on${Pascal<Name>}`]?:
    ((event: TuiCallEventMap[Name]) => void) | undefined;
};

/** Props of the component: the properties of the element, its events, and the attributes of any HTML element. */
export type TuiCallProps = TuiCallValues &
  TuiCallHandlers &
  Omit<HTMLAttributes<TuiCallElement>, keyof TuiCallValues | keyof TuiCallHandlers> & {
    readonly ref?: Ref<TuiCallElement> | undefined;
    /** Content of the slots: `<button slot="controls">`. */
    readonly children?: ReactNode;
  };

/** `call-received` → `onCallReceived`. */
const handlerName = (name: EventName): string =>
  `on-${name}`.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const OWN_PROPS: ReadonlySet<string> = new Set([
  ...VALUE_NAMES,
  ...EVENT_NAMES.map((name) => handlerName(name)),
  'className',
]);

/**
 * `<tui-call>` as a React component. It sets properties and adds listeners itself, since React does neither when it
 * hydrates a custom element; a server therefore renders the element without `userSig`. Importing the module defines
 * the element, and does nothing on a server.
 *
 * Values that are absent, `null` or `undefined` have the element's defaults. A removed component calls no handler.
 */
export function TuiCall({ ref, children, ...props }: TuiCallProps): ReactElement {
  const element = useRef<TuiCallElement>(null);
  const latest = useRef<TuiCallHandlers>(props);
  const [writer] = useState(() => new ValueWriter());

  useImperativeHandle(ref, () => element.current as TuiCallElement, []);
  useLayoutEffect(() => {
    latest.current = props;
    if (element.current) writer.write(element.current, props);
  });
  useLayoutEffect(() => {
    if (!element.current) return;
    return listenToAll(element.current, (name, event) => {
      const handler: unknown = Reflect.get(latest.current, handlerName(name));
      if (typeof handler === 'function') Reflect.apply(handler, undefined, [event]);
    });
  }, []);

  return createElement(
    'tui-call',
    {
      ...Object.fromEntries(Object.entries(props).filter(([name]) => !OWN_PROPS.has(name))),
      // React would write class="undefined" for a className that is removed.
      class: props.className,
      // The element reflects `mode` and `theme` before React hydrates it.
      suppressHydrationWarning: true,
      ref: element,
    },
    children,
  );
}

/** What `useTuiCall()` returns. */
export interface TuiCallHook {
  /** The `ref` for the component. */
  readonly ref: RefCallback<TuiCallElement>;
  /** The element, with its methods; null before it is mounted and on a server. */
  readonly element: TuiCallElement | null;
  /** The state of the element. Renders again after each change. */
  readonly state: CallSnapshot;
}

/**
 * Connects a component with the `<TuiCall>` that it renders.
 *
 * @example
 * const { ref, element, state } = useTuiCall();
 * return (
 *   <>
 *     <TuiCall ref={ref} server={server} userId={userId} userSig={userSig} />
 *     <button disabled={state.phase !== 'idle'} onClick={() => element?.calls(['bob'], 'video')}>
 *       Call Bob
 *     </button>
 *   </>
 * );
 */
export function useTuiCall(): TuiCallHook {
  const [element, ref] = useState<TuiCallElement | null>(null);
  const subscribe = useCallback(
    (changed: () => void) => {
      element?.addEventListener('state-changed', changed);
      return () => element?.removeEventListener('state-changed', changed);
    },
    [element],
  );
  const state = useSyncExternalStore(
    subscribe,
    () => element?.state ?? IDLE_SNAPSHOT,
    () => IDLE_SNAPSHOT,
  );
  return { ref, element, state };
}
