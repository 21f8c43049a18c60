import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { booleanAttribute } from '../shared/boolean-attribute.ts';
import { microphoneOffIcon } from '../shared/icons.ts';
import { urlFor } from '../shared/page-function.ts';
import { backgroundPicture } from '../shared/background-picture.ts';
import { lists, type Customisation } from '../shared/customisation.ts';
import { memberOf } from '../shared/members.ts';
import { safeName } from '../shared/names.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { pinIcon } from '../shared/call-icons.ts';
import { isSpeaking, statusText } from '../shared/member-status.ts';
import type { CallMessages } from '../messages/call.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-tile.styles.ts';
import { observePicture, type VideoPicture } from './video-picture.ts';

/**
 * A member's camera or screen, or the avatar without a video. The avatar stays until the video shows its first frame.
 *
 * @tagname tui-call-tile
 * @slot tile - Content of the page, in place of the avatar, the name plate and the status.
 * @csspart video - The video.
 * @csspart background - The picture behind a member without video.
 * @csspart plate - The name plate.
 */
export class TuiCallTile extends LitElement {
  static override styles = [shared, styles];

  @property({ attribute: 'user-id' }) userId = '';
  @property() source: 'camera' | 'screen' = 'camera';
  /** Hides the name plate and the icons: the stage shows them. */
  @property({ ...booleanAttribute, reflect: true }) plain = false;

  /** The user has pinned this tile. */
  @property(booleanAttribute) pinned = false;

  /** What the video shows. */
  @state() private picture: VideoPicture = 'none';

  readonly #call = new LazyMessagesController(this, (state, { fillMode, custom }) => ({
    ...this.#slice(state),
    fillMode,
    custom,
  }));
  #release: (() => void) | undefined;
  /** The source of the video element; a change creates a new element. */
  #attached = '';

  override connectedCallback(): void {
    super.connectedCallback();
    // The tile was rendered before it was moved: attaches the video again.
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#releaseVideo();
  }

  override render(): TemplateResult | typeof nothing {
    const { value, messages } = this.#call;
    const member = value?.member;
    if (!member) return nothing;
    const hasVideo = showsVideo(member, this.source);
    const shows = hasVideo && this.picture === 'frames';
    const line = statusText(member, messages);
    const marks = [
      hasVideo && this.picture,
      this.source === 'camera' && isSpeaking(member) && 'speaking',
      (member.reconnecting || member.held) && 'away',
      member.status === 'ringing' && 'ringing',
      member.isSelf && this.source === 'camera' && `mirror-${value.custom.mirror}`,
      this.source === 'screen' ? 'contain' : value.fillMode,
    ];
    const isOwn = this.source === 'camera' && lists(value.custom.slots, `tile-${this.userId}`);
    return html`<div class="tile ${marks.filter(Boolean).join(' ')}">
      ${shows ? nothing : this.#renderBackground(member, value.custom)}
      ${
        hasVideo
          ? html`<video
              part="video"
              autoplay
              playsinline
              .muted=${true}
              aria-label=${nameOf(member, this.source, messages)}
            ></video>`
          : nothing
      }
      ${isOwn ? html`<slot name="tile"></slot>` : nothing}
      ${shows || isOwn ? nothing : this.#renderFace(member, messages)}
      ${this.plain || isOwn ? nothing : this.#renderPlate(member, messages)}
      ${shows && !this.plain && !isOwn && line ? html`<p class="state above">${line}</p>` : nothing}
    </div>`;
  }

  #renderBackground(
    { isSelf, userId }: CallMember,
    { selfBackground, backgroundFor }: Customisation,
  ): TemplateResult | typeof nothing {
    const url = isSelf ? selfBackground : urlFor(backgroundFor, userId);
    return backgroundPicture(url);
  }

  #renderFace(member: CallMember, messages: CallMessages): TemplateResult {
    const isRinging = member.status === 'ringing';
    const line = statusText(member, messages);
    return html`<div class="face">
      <tui-call-avatar
        ?ringing=${isRinging}
        .name=${member.name}
        .userId=${member.userId}
        .src=${member.avatar}
      ></tui-call-avatar>
      ${line && !this.plain ? html`<p class="state">${line}</p>` : nothing}
    </div>`;
  }

  #renderPlate(member: CallMember, messages: CallMessages): TemplateResult {
    const name = nameOf(member, this.source, messages);
    const muted = member.status === 'joined' && !member.audioOn && this.source === 'camera';
    return html`<p part="plate" class="plate">
      ${muted ? html`${microphoneOffIcon}<span class="unseen">${messages.muted}</span>` : nothing}
      ${this.pinned ? html`${pinIcon}<span class="unseen">${messages.pinned}</span>` : nothing}
      <bdi>${name}</bdi>
    </p>`;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const video = this.renderRoot.querySelector('video');
    const wanted = video ? `${this.source}:${this.userId}` : '';
    if (wanted === this.#attached) return;
    this.#releaseVideo();
    const { context } = this.#call;
    if (!video || !context) return;
    this.#attached = wanted;
    const end = observePicture(video, (picture) => (this.picture = picture));
    const release = context.attachVideo({ userId: this.userId, source: this.source }, video);
    this.#release = () => {
      end();
      release();
    };
    video.onloadedmetadata = () => video.classList.toggle('back', isBackCamera(video));
  }

  #slice(state: CallSnapshot): { member: CallMember | undefined } {
    return { member: memberOf(state, this.userId) };
  }

  #releaseVideo(): void {
    this.#release?.();
    this.#release = undefined;
    this.#attached = '';
    this.picture = 'none';
  }
}

/** The camera on the back of a phone is not a mirror. */
function isBackCamera({ srcObject }: HTMLVideoElement): boolean {
  const [track] = srcObject instanceof MediaStream ? srcObject.getVideoTracks() : [];
  return track?.getSettings().facingMode === 'environment';
}

export function showsVideo(member: CallMember, source: 'camera' | 'screen'): boolean {
  return source === 'screen' ? member.screenOn : member.videoOn;
}

export function nameOf(
  member: CallMember,
  source: 'camera' | 'screen',
  messages: CallMessages,
): string {
  const name = member.isSelf ? messages.you : safeName(member.name);
  return source === 'screen' ? messages.screenOf(name) : name;
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-tile': TuiCallTile;
  }
}
