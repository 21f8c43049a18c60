/** A moving video and a beeping tone, in place of missing devices. */

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SECOND = 15;

/** A video track with a name, a clock and a rotating ring, which show that it is moving. */
export function syntheticVideo(name) {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext('2d');
  const hue = hueOf(name);
  draw(context, name, hue);
  const [track] = canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks();
  // Not requestAnimationFrame, which stops in a background tab while the call continues.
  whileLive(track, 1000 / FRAMES_PER_SECOND, () => draw(context, name, hue));
  return track;
}

/** An audio track: a soft beep each second. */
export function syntheticAudio() {
  const audio = new AudioContext();
  const destination = audio.createMediaStreamDestination();
  const gain = new GainNode(audio, { gain: 0 });
  const tone = new OscillatorNode(audio, { frequency: 440 });
  tone.connect(gain).connect(destination);
  tone.start();
  const [track] = destination.stream.getAudioTracks();
  const beep = () => {
    const now = audio.currentTime;
    gain.gain.setValueAtTime(0, now);
    gain.gain.linearRampToValueAtTime(0.06, now + 0.03);
    gain.gain.linearRampToValueAtTime(0, now + 0.25);
  };
  whileLive(track, 1000, beep, () => void audio.close());
  return track;
}

/** A track fires no event when its own page stops it: polls its state. */
function whileLive(track, everyMs, act, atEnd = () => {}) {
  const timer = setInterval(() => {
    if (track.readyState === 'live') return act();
    clearInterval(timer);
    atEnd();
  }, everyMs);
}

/** Background colours, one per user. */
const HUES = [216, 262, 178, 328, 24];

function hueOf(name) {
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return HUES[sum % HUES.length];
}

function draw(context, name, hue) {
  const seconds = performance.now() / 1000;
  const wall = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
  wall.addColorStop(0, `hsl(${hue} 38% 30%)`);
  wall.addColorStop(1, `hsl(${(hue + 50) % 360} 42% 14%)`);
  context.fillStyle = wall;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  drawPerson(context, seconds);
  drawWords(context, name);
}

function drawPerson(context, seconds) {
  const x = WIDTH / 2 + Math.sin(seconds * 0.9) * 14;
  const y = 150 + Math.sin(seconds * 1.7) * 4;
  context.fillStyle = '#d3b096';
  circle(context, x, y, 62, 0, Math.PI * 2).fill();
  circle(context, x, HEIGHT + 62, 150, Math.PI, 0).fill();
  context.lineWidth = 5;
  context.lineCap = 'round';
  context.strokeStyle = 'rgb(255 255 255 / 85%)';
  circle(context, x, y, 78, seconds * 2, seconds * 2 + 1.6).stroke();
}

function circle(context, x, y, radius, from, to) {
  context.beginPath();
  context.arc(x, y, radius, from, to);
  return context;
}

function drawWords(context, name) {
  context.textAlign = 'center';
  context.fillStyle = 'rgb(255 255 255 / 92%)';
  context.font = '600 26px system-ui, sans-serif';
  context.fillText(name, WIDTH / 2, 42);
  context.font = '500 18px ui-monospace, monospace';
  context.fillText(new Date().toLocaleTimeString('en-GB'), WIDTH / 2, 68);
}
