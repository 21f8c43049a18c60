import { Decoder, Encoder } from 'socket.io-parser';

/**
 * Some libraries add a `toJSON` to built-in prototypes that returns JSON text (Prototype.js 1.5.1 to 1.6:
 * http://prototypejs.org/learn/json.html; MooTools 1.2). JSON.stringify then writes an array as a string.
 * The replacer receives the result of `toJSON`, but its holder still has the original value.
 */
class OriginalValueEncoder extends Encoder {
  constructor() {
    super(function (this: object, key: string): unknown {
      return Reflect.get(this, key);
    });
  }
}

/** Socket.IO's own parser, independent of the page's `toJSON`. Same wire format. */
export const jsonParser = { Encoder: OriginalValueEncoder, Decoder };
