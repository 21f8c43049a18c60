import type { CallEngine } from '../../src/engine/call-engine.ts';
import type { CallOptions } from '../../src/engine/engine-commands.ts';
import type { Labels } from '../messages/en-effects.ts';
import type { MediaType } from '../../src/protocol/index.ts';

/** The members of `<tui-call>` that the list uses: its session and its appearance. */
export interface CallElement
  extends HTMLElement, Pick<CallEngine, 'state' | 'queryRecentCalls' | 'deleteRecentCalls'> {
  readonly server: string;
  readonly theme: 'auto' | 'light' | 'dark';
  /** The page's words; they apply to the list, too. */
  readonly labels?: Labels;
  calls(
    userIds: readonly string[],
    mediaType: MediaType,
    options?: CallOptions,
  ): Promise<{ callId: string }>;
}

/** The `<tui-call>` with this id in a tree, or the first one; null while none is defined. */
export function findCallElement(tree: Node, id: string): CallElement | null {
  if (!(tree instanceof Document || tree instanceof ShadowRoot)) return null;
  return toCallElement(id ? tree.getElementById(id) : tree.querySelector('tui-call'));
}

/** null: not defined yet, or another element. */
export function toCallElement(element: Element | null): CallElement | null {
  return element !== null && isCall(element) ? element : null;
}

/** Checks the members and not the class: a page may use a subclass, or load the script twice. */
function isCall(element: Element): element is CallElement {
  return 'queryRecentCalls' in element;
}
