/** Limits of client and server; see docs/contract.md, Limits. Sizes in UTF-8 bytes, times in seconds. */
export const LIMITS = {
  nicknameBytes: 500,
  avatarBytes: 500,
  userDataBytes: 4096,
  groupIdLength: 64,
  /** Default number of members of a call, caller included; `TUI_CALL_MAX_MEMBERS` changes it. */
  callMembers: 50,
  /** The highest value of `TUI_CALL_MAX_MEMBERS`: so many userIds fit into a frame of 64 KiB. */
  maxCallMembers: 500,
  /** Recent calls per page, and calls per deletion. */
  recentCalls: 50,
  /** Devices of a user that are notified of a ring. */
  pushTargets: 10,
  /** The address of such a device, and its `echo`. */
  pushAddressBytes: 2048,
  pushEchoBytes: 1024,
  defaultTimeoutSeconds: 30,
  maxTimeoutSeconds: 600,
} as const;
