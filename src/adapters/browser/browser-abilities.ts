/** Abilities and network state of this browser. */
export const browserAbilities = {
  /** False in mobile browsers, which have no getDisplayMedia. */
  canShareScreen(): boolean {
    return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  },
  /** False only when the browser knows that there is no network. */
  isOnline(): boolean {
    return navigator.onLine;
  },
};
