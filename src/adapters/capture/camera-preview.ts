/**
 * The local camera while a call rings. null if the camera permission is not granted yet, because a ring
 * must not open a prompt, or if the camera does not open. Stops with the signal.
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
    // The ring needs no preview; accept() reports the error.
    return null;
  }
}
