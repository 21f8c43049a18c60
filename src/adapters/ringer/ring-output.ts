/** Where and how loud a ring plays. */
export interface RingOutput {
  /** 0 to 1. */
  readonly level: number;
  /** Id of the speaker; '': the system's. */
  readonly deviceId: string;
}

/** Plays on this speaker where the browser can select one. A missing speaker leaves the system's. */
export function selectSpeaker(player: HTMLMediaElement | AudioContext, deviceId: string): void {
  const { setSinkId } = player as { setSinkId?: (deviceId: string) => Promise<void> };
  if (deviceId) void setSinkId?.call(player, deviceId).catch(() => undefined);
}
