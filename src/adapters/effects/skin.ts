/**
 * Writes where skin is in a small picture as the opacity of `matte`. Skin of any brightness has a narrow range of
 * colour differences (Cb, Cr). Edges (eyes, lips, hair) are left out.
 */
export function writeSkin(
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  matte: Uint8ClampedArray,
): void {
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const inside = x >= FAR && x < width - FAR && y >= FAR && y < height - FAR;
      const likeness = inside
        ? skinLikeness(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0)
        : 0;
      matte[at] = matte[at + 1] = matte[at + 2] = 255;
      matte[at + 3] = likeness === 0 ? 0 : 255 * likeness * smoothness(rgba, at, width * 4);
    }
  }
}

/** In pixels: so near to an edge, nothing is smoothed. */
const FAR = 3;

/** 0 on an edge and beside a sharp one, 1 on a plain surface. */
function smoothness(rgba: Uint8ClampedArray, at: number, row: number): number {
  const near = Math.max(contrast(rgba, at - 4, at + 4), contrast(rgba, at - row, at + row));
  const far = Math.max(
    contrast(rgba, at - 4 * FAR, at + 4 * FAR),
    contrast(rgba, at - row * FAR, at + row * FAR),
  );
  return 1 - Math.max(ramp(near, 28, 70), ramp(far, 50, 100));
}

/** How likely a colour is skin, 0–1. */
export function skinLikeness(red: number, green: number, blue: number): number {
  const y = luminance(red, green, blue);
  const cb = 128 + 0.564 * (blue - y);
  const cr = 128 + 0.713 * (red - y);
  const fromSkin = Math.hypot((cb - 110) / 22, (cr - 150) / 18);
  return (1 - ramp(fromSkin, 0.8, 1.4)) * ramp(y, 30, 60);
}

function contrast(rgba: Uint8ClampedArray, a: number, b: number): number {
  return Math.abs(brightness(rgba, a) - brightness(rgba, b));
}

function brightness(rgba: Uint8ClampedArray, at: number): number {
  return luminance(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0);
}

function luminance(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** 0 up to `low`, 1 from `high` on. */
function ramp(value: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}
