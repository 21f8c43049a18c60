/** What this browser can do, and what it knows of its network. */
export const browserAbilities = {
  /** Phones have no screen to share. */
  canShareScreen(): boolean {
    return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  },
  /** False only where the browser is sure that there is no network. */
  isOnline(): boolean {
    return navigator.onLine;
  },
};
