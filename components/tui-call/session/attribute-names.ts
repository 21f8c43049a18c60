/** Attribute → property. While one of these is missing, no user is signed in. */
export const CREDENTIALS: ReadonlyMap<string, 'server' | 'userId' | 'userSig'> = new Map([
  ['server', 'server'],
  ['user-id', 'userId'],
  ['user-sig', 'userSig'],
]);

/**
 * Attribute names that a framework writes when it sets a property before the element is defined: React writes
 * `usersig="…"` for `userSig`. The element treats each as the attribute with the hyphen.
 */
export const LATE_NAMES: ReadonlyMap<string, string> = new Map(
  [
    ...['user-id', 'user-sig', 'mute-ringtone', 'fill-mode', 'preview-incoming'],
    ...['stage-background', 'self-background', 'hidden-buttons', 'button-order'],
    ...['ringtone-volume', 'ringtone-device'],
  ].map((name) => [name.replace('-', ''), name]),
);
