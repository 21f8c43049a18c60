import type { ErrorShape } from '../../../src/protocol/index.ts';
import type { ElementDependencies } from '../session/dependencies.ts';
import type { TuiCall } from '../tui-call.ts';

/** What the element knows of a call beside its state and its attributes. */
export interface ViewInputs {
  /** Only while the element is in a document. */
  readonly dependencies: ElementDependencies | undefined;
  /** Of the last wish, when it could not be carried out. */
  readonly failure: ErrorShape | null;
  readonly minimised: boolean;
  /** The page draws this incoming call itself. */
  readonly customIncoming: boolean;
  /** Likewise the one that waits. */
  readonly customWaiting: boolean;
  /** The browser keeps the ringtone back until someone clicks. */
  readonly ringBlocked: boolean;
  readonly preview: MediaStream | null;
}

/** The element as its view sees it. */
export interface ViewHost {
  readonly element: TuiCall;
  /** What is read out: there from the beginning, since only what changes is read. */
  readonly status: HTMLElement;
  inputs(): ViewInputs;
  /** A wish begins (null), or has failed. */
  intentFinished(error: unknown): void;
  /** Whether the own picture is to be seen before answering. */
  preview(wanted: boolean): void;
}
