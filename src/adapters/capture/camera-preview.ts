/**
 * The own picture before a call is answered. Only where the camera is allowed already: a ring must
 * not ask for anything. null where it is not, or does not open. Stops with the signal.
 */
export async function openCameraPreview(signal: AbortSignal): Promise<MediaStream | null> {
  try {
    const { state } = await navigator.permissions.query({ name: 'camera' });
    if (state !== 'granted' || signal.aborted) return null;
    const video = { width: { ideal: 640 }, facingMode: 'user' };
    const stream = await navigator.mediaDevices.getUserMedia({ video });
    const stop = (): void => stream.getTracks().forEach((track) => track.stop());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return signal.aborted ? null : stream;
  } catch {
    // Without a preview the call rings all the same; what is wrong is told when it is answered.
    return null;
  }
}
