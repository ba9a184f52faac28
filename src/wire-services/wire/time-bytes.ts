/** The time as Time (RFC 868) sends it: the seconds since 1900, in 32 bits. */

/** From the beginning of 1900 to that of 1970. */
const SECONDS_TO_1970 = 2_208_988_800;

/** For so many seconds since 1970. In 2036 the number begins at 0 again. */
export function timeBytes(seconds: number): Buffer {
  const bytes = Buffer.alloc(4);
  // The operator takes the number modulo 2 ** 32.
  bytes.writeUInt32BE((Math.floor(seconds) + SECONDS_TO_1970) >>> 0);
  return bytes;
}
