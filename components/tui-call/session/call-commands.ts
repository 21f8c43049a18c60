/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
  -- class and interface have the same members: the static block adds the methods of the interface */
import { ReactiveElement } from '@lit/reactive-element';
import type { CallOptions } from '../../../src/engine/engine-commands.ts';
import { CallError } from '../../../src/engine/api/call-error.ts';
import type { MediaType } from '../../../src/protocol/index.ts';
import type { ElementDependencies, ElementEngine } from './dependencies.ts';
import { ENGINE_METHODS, type EngineMethods } from './engine-methods.ts';

/**
 * The commands of `<tui-call>`: the engine's methods as methods of the element. All promises reject
 * with a CallError. Its name is `not-initialized` while the element is outside of a document.
 */
export abstract class CallCommands extends ReactiveElement {
  static {
    for (const name of ENGINE_METHODS) {
      const value = async function (this: CallCommands, ...args: unknown[]): Promise<unknown> {
        const engine = this.engine();
        const result: unknown = Reflect.apply(engine[name], engine, args);
        return result;
      };
      Object.defineProperty(this.prototype, name, { value, configurable: true, writable: true });
    }
  }

  /**
   * Returns the dependencies of the current session.
   *
   * @throws {CallError} not-initialized
   */
  protected abstract dependencies(): ElementDependencies;

  /** @throws {CallError} not-initialized */
  protected engine(): ElementEngine {
    return this.dependencies().engine;
  }

  /**
   * Calls one or several users, as the engine's `calls()` does. Dispatches `before-call` first. If the
   * page prevents that event, no call is made and the promise rejects with `wrong-state`.
   *
   * @param options - `timeout` in seconds: default 30, maximum 600; 0 rings until answered or cancelled
   * @returns the call id, when the server has created the call
   * @throws {CallError} not-initialized | wrong-state, and the errors of the engine's `calls()`
   * @example
   * await document.querySelector('tui-call').calls(['bob'], 'video');
   */
  async calls(
    userIds: readonly string[],
    mediaType: MediaType,
    options: CallOptions = {},
  ): Promise<{ callId: string }> {
    const engine = this.engine();
    this.#dispatchCancelable('before-call', { userIds, mediaType, groupId: options.groupId ?? '' });
    return engine.calls(userIds, mediaType, options);
  }

  /**
   * Leaves or cancels the call, as the engine's `hangup()` does. Without a call on the screen, leaves the
   * newest held call. Dispatches `before-hangup` first. If the page prevents that event, the call continues
   * and the promise rejects with `wrong-state`.
   *
   * @throws {CallError} not-initialized | wrong-state
   */
  async hangup(): Promise<void> {
    const engine = this.engine();
    this.#dispatchCancelable('before-hangup', { callId: engine.state.callId ?? '' });
    return engine.hangup();
  }

  /** What the browser permits: `default` until the user has been asked, `unsupported` where there are none. */
  get notifications(): NotificationPermission | 'unsupported' {
    return (
      (globalThis.Notification as typeof Notification | undefined)?.permission ?? 'unsupported'
    );
  }

  /**
   * Asks the user for the permission to show calls as notifications of the system while the page is in the background.
   * If the call server sends Web Push, calls then ring here while the page is closed, too. Must be called in a user
   * gesture. `notifications` says what is permitted.
   *
   * @returns whether notifications are permitted
   * @throws {CallError} not-initialized, and the errors of the engine's `subscribeToPush()`
   */
  async enableNotifications(): Promise<boolean> {
    const { engine, requestNotifications } = this.dependencies();
    const isPermitted = await requestNotifications();
    if (isPermitted && engine.isPushOffered) await engine.subscribeToPush();
    return isPermitted;
  }

  #dispatchCancelable(type: 'before-call' | 'before-hangup', detail: object): void {
    const event = new CustomEvent(type, {
      detail,
      bubbles: true,
      composed: true,
      cancelable: true,
    });
    if (!this.dispatchEvent(event))
      throw new CallError('wrong-state', `the page prevented it in ${type}`);
  }
}

/** The methods that the static block defines. */
export interface CallCommands extends EngineMethods {}
