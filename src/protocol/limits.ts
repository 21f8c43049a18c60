/** Limits that client and server agree on (spec §5). Sizes are in UTF-8 bytes, times in seconds. */
export const LIMITS = {
  nicknameBytes: 500,
  avatarBytes: 500,
  userDataBytes: 4096,
  groupIdLength: 64,
  /** A call's members, the caller included; the server's setting may lower or raise it. */
  callMembers: 50,
  /** Up to here: so many userIds fit one frame of 64 KB. */
  mostCallMembers: 500,
  /** Calls on one page of the own list. */
  recentCalls: 50,
  defaultTimeoutSeconds: 30,
  maxTimeoutSeconds: 600,
} as const;
