/** What a video element shows: no frame yet, frames, or the last frame of a track that has ended. */
export type VideoPicture = 'none' | 'frames' | 'last-frame';

/**
 * Reports what `video` shows, also after its source is replaced or lost. Until the first report it is `none`. Returns
 * a function that ends the reports.
 */
export function observePicture(
  video: HTMLVideoElement,
  onChange: (picture: VideoPicture) => void,
): () => void {
  const end = new AbortController();
  const on = (event: string, listener: () => void): void =>
    video.addEventListener(event, listener, { signal: end.signal });
  const reportsFrames = typeof video.requestVideoFrameCallback === 'function';
  let request = 0;
  const cancel = (): void => {
    if (reportsFrames) video.cancelVideoFrameCallback(request);
  };
  // Chromium reports one more frame when the track ends.
  const onFrame = (): void => {
    if (isLive(video)) onChange('frames');
  };
  const waitForFrame = (): void => {
    cancel();
    if (reportsFrames) request = video.requestVideoFrameCallback(onFrame);
  };
  const onTrackEnd = (): void => {
    if (!isLive(video)) onChange('last-frame');
  };
  on('ended', onTrackEnd);
  // Chromium sends `suspend` instead, as Firefox does when it has loaded a source.
  on('suspend', onTrackEnd);
  // The element has a new source, or none, and drops its frame.
  on('emptied', () => {
    onChange('none');
    waitForFrame();
  });
  if (!reportsFrames) on('loadeddata', onFrame);
  waitForFrame();
  return () => {
    end.abort();
    cancel();
  };
}

function isLive({ srcObject }: HTMLVideoElement): boolean {
  return (
    srcObject instanceof MediaStream &&
    srcObject.getVideoTracks().some(({ readyState }) => readyState === 'live')
  );
}
