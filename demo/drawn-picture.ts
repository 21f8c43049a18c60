import type { VideoSource } from '../components/shared/call-context.ts';

const SIZE = { width: 640, height: 480 };

/** A drawing of a person, or of a screen with a document, in place of a real video. */
export function drawnPicture({ userId, source }: VideoSource): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  const pen = canvas.getContext('2d');
  const draw = (): void => {
    if (pen) (source === 'screen' ? drawScreen : drawPerson)(pen, userId === 'alice');
  };
  const stream = canvas.captureStream();
  // A canvas stream has a frame only when the canvas is drawn: redrawn now and then for late subscribers.
  draw();
  setInterval(draw, 500);
  return stream;
}

function drawPerson(pen: CanvasRenderingContext2D, warm: boolean): void {
  const wall = pen.createRadialGradient(200, 120, 20, 320, 240, 460);
  wall.addColorStop(0, warm ? '#7d6a52' : '#46587a');
  wall.addColorStop(1, warm ? '#3d3428' : '#141c28');
  pen.fillStyle = wall;
  pen.fillRect(0, 0, SIZE.width, SIZE.height);
  pen.fillStyle = warm ? '#e6bd9d' : '#c9a98f';
  pen.beginPath();
  pen.arc(320, 210, 92, 0, Math.PI * 2);
  pen.fill();
  pen.beginPath();
  pen.ellipse(320, 500, 190, 170, 0, 0, Math.PI * 2);
  pen.fill();
}

function drawScreen(pen: CanvasRenderingContext2D): void {
  pen.fillStyle = '#fdfdfb';
  pen.fillRect(0, 0, SIZE.width, SIZE.height);
  pen.fillStyle = '#2b3140';
  pen.font = '600 34px sans-serif';
  pen.fillText('Quarterly plan', 60, 90);
  pen.fillStyle = '#c8cdd6';
  for (let line = 0; line < 9; line++) pen.fillRect(60, 130 + line * 34, 520 - (line % 3) * 90, 12);
}
