import type { CallEngine } from '../../src/engine/call-engine.ts';
import type { CallOptions } from '../../src/engine/engine-commands.ts';
import type { MediaType } from '../../src/protocol/index.ts';

/** What the list needs of a `<tui-call>`: its session, and how it looks. */
export interface CallElement
  extends HTMLElement, Pick<CallEngine, 'state' | 'queryRecentCalls' | 'deleteRecentCalls'> {
  readonly server: string;
  readonly theme: 'auto' | 'light' | 'dark';
  calls(
    userIds: readonly string[],
    mediaType: MediaType,
    options?: CallOptions,
  ): Promise<{ callId: string }>;
}

/** The `<tui-call>` of this id in a tree, or its first one; null while there is none that is defined. */
export function findCallElement(tree: Node, id: string): CallElement | null {
  if (!(tree instanceof Document || tree instanceof ShadowRoot)) return null;
  return toCallElement(id ? tree.getElementById(id) : tree.querySelector('tui-call'));
}

/** null: not defined yet, or something else. */
export function toCallElement(element: Element | null): CallElement | null {
  return element !== null && isCall(element) ? element : null;
}

/** By what it can do: a page may have a subclass of it, or two copies of the script. */
function isCall(element: Element): element is CallElement {
  return 'queryRecentCalls' in element;
}
