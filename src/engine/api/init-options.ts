/** The parameters of `init()`. */
export interface InitOptions {
  /** The http or https URL of the call server. */
  readonly server: string;
  /** The user to sign in: 1 to 64 of `A-Z a-z 0-9 _ . @ -`, case-sensitive. */
  readonly userId: string;
  /** The signed JWT from the customer's back end that proves the userId; see docs/user-sig.md. */
  readonly userSig: string;
  /** The name that other users see; at most 500 bytes. Omitted: as stored on the server. */
  readonly nickname?: string;
  /** The https URL of an image; at most 500 bytes. Omitted: as stored on the server. */
  readonly avatar?: string;
}
