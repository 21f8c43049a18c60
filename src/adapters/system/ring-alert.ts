import { BrowserStorage } from '../browser/browser-storage.ts';
import { remembered } from '../push/remembered-push.ts';

interface RingAlert {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
}

/** Edge length of the drawn icon in pixels. */
const ICON = 32;

/**
 * Shows a ring while the page is in the background, until the signal aborts: a notification of the system, if the user
 * has permitted it, a dot on the page's icon, and a badge on an installed app.
 */
export function showRingAlert(ring: RingAlert, ended: AbortSignal): void {
  if (ended.aborted) return;
  notify(ring, ended);
  void badgeIcon(ended);
  badgeApp(ended);
}

function notify({ title, body, tag }: RingAlert, ended: AbortSignal): void {
  // With Web Push the service worker shows one.
  if (remembered(new BrowserStorage().browser)?.target.platform === 'web') return;
  if (typeof Notification !== 'function' || Notification.permission !== 'granted') return;
  try {
    // The ringtone sounds by itself.
    const shown = new Notification(title, { body, tag, silent: true, requireInteraction: true });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
    ended.addEventListener('abort', () => shown.close());
  } catch {
    // Chromium on Android has notifications from a service worker only.
  }
}

/** Replaces the page's icon by one with a red dot. Pages whose policy forbids data URLs keep their icon. */
async function badgeIcon(ended: AbortSignal): Promise<void> {
  const own = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
  const canvas = Object.assign(document.createElement('canvas'), { width: ICON, height: ICON });
  const pen = canvas.getContext('2d');
  const image = own && (await loaded(own.href));
  if (!pen || ended.aborted) return;
  if (image) pen.drawImage(image, 0, 0, ICON, ICON);
  const radius = image ? ICON / 4 : ICON / 2.5;
  const at = image ? ICON - radius : ICON / 2;
  pen.fillStyle = '#d9363e';
  pen.arc(at, image ? radius : at, radius, 0, Math.PI * 2);
  pen.fill();
  const badge = document.createElement('link');
  badge.rel = 'icon';
  badge.href = canvas.toDataURL();
  if (own) own.replaceWith(badge);
  else document.head.append(badge);
  ended.addEventListener('abort', () => (own ? badge.replaceWith(own) : badge.remove()));
}

/** The picture, if its server allows a page to read it. */
async function loaded(src: string): Promise<HTMLImageElement | null> {
  const image = new Image(ICON, ICON);
  image.crossOrigin = 'anonymous';
  image.src = src;
  return image.decode().then(
    () => image,
    () => null,
  );
}

function badgeApp(ended: AbortSignal): void {
  const { setAppBadge, clearAppBadge } = navigator as Partial<Navigator>;
  const ignored = (): void => undefined;
  void setAppBadge?.call(navigator, 1).catch(ignored);
  ended.addEventListener('abort', () => void clearAppBadge?.call(navigator).catch(ignored));
}
