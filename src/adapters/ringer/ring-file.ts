import { onGesture } from './on-gesture.ts';
import { selectSpeaker, type RingOutput } from './ring-output.ts';

/** A ring file that has not begun to play after this time is replaced by the built-in tone. */
const FILE_TIMEOUT_MS = 3_000;

/** Plays a file until the signal aborts. Calls `playTone` instead if the file is missing, late or not playable. */
export function playFile(
  url: string,
  { level, deviceId }: RingOutput,
  ended: AbortSignal,
  blocked: (blocked: boolean) => void,
  playTone: () => void,
): void {
  const audio = new Audio(url);
  audio.loop = true;
  audio.volume = level;
  selectSpeaker(audio, deviceId);
  let playable = true;
  const giveUp = (): void => {
    if (ended.aborted || !playable) return;
    playable = false;
    release(audio);
    playTone();
  };
  const play = (): void => {
    if (!playable) return;
    const timer = setTimeout(giveUp, FILE_TIMEOUT_MS);
    audio
      .play()
      .then(
        () => blocked(false),
        (cause: unknown) => {
          if (cause instanceof DOMException && cause.name === 'NotAllowedError') blocked(true);
          else giveUp();
        },
      )
      .finally(() => clearTimeout(timer));
  };
  onGesture(play, ended);
  play();
  ended.addEventListener('abort', () => release(audio), { once: true });
}

function release(audio: HTMLAudioElement): void {
  audio.pause();
  audio.removeAttribute('src');
  audio.load();
}
