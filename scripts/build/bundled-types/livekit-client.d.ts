/** LiveKit's library is inside the bundle; its objects never leave it but as opaque values. */
export interface Room {
  readonly name: string;
}
