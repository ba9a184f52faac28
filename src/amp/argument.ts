/** The types of arguments: how values go into boxes and come out of them. */
import type { BoxSender } from "./box-sender.ts";
import { InvalidArgument } from "./errors.ts";
import type { AmpBox } from "./wire/amp-box.ts";
import { bytesOf, wireValueOf } from "./wire/wire-value.ts";
import type { WireValue } from "./wire/wire-value.ts";

/** What every argument type may be told. */
export interface ArgumentOptions<Optional extends boolean = boolean> {
  /** Whether it may be left out; it may not unless told otherwise. */
  readonly optional?: Optional;
}

/**
 * A type of arguments: extend it for a type of your own. `Out` is what is received, `In` what is given to be sent.
 *
 * @example
 * class JSONArgument extends Argument<unknown> {
 *   override decode(bytes: Buffer): unknown {
 *     return JSON.parse(bytes.toString());
 *   }
 *
 *   override encode(value: unknown): string {
 *     return JSON.stringify(value);
 *   }
 * }
 * const Configure = command("Configure", { arguments: { settings: new JSONArgument() } });
 * assert.equal(Configure.makeArguments({ settings: [1] }).get("settings")?.toString(), "[1]");
 */
export abstract class Argument<Out, In = Out, Optional extends boolean = boolean> {
  readonly optional: Optional;

  constructor(options: ArgumentOptions<Optional> = {}) {
    this.optional = (options.optional ?? false) as Optional;
  }

  /** What the bytes stand for. What it throws is the peer's fault. */
  abstract decode(bytes: Buffer, sender: BoxSender | undefined): Out;

  /** The bytes for a value; text is sent as UTF-8. */
  abstract encode(value: In, sender: BoxSender | undefined): string | Uint8Array;

  /** Takes the value of `name` out of a box. To be overridden by types that use several keys, or none. */
  fromBox(name: string, box: AmpBox, sender: BoxSender | undefined): Out | undefined {
    const value = box.getWire(name);
    if (value !== undefined) {
      try {
        return this._read(value, sender);
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new InvalidArgument(`The argument ${JSON.stringify(name)} cannot be understood: ${message}`, { cause });
      }
    }
    if (this.optional) return undefined;
    throw new InvalidArgument(`The argument ${JSON.stringify(name)} is missing`);
  }

  /** Puts a value, which is there, into a box. To be overridden by types that use several keys, or none. */
  toBox(name: string, value: In, box: AmpBox, sender: BoxSender | undefined): void {
    box.setWire(name, this._write(value, sender));
  }

  /** `decode`, from the value as it is kept. The names of what only the types of this package override begin with an underscore. */
  _read(value: WireValue, sender: BoxSender | undefined): Out {
    return this.decode(bytesOf(value), sender);
  }

  /** `encode`, to a value as it is kept. */
  _write(value: In, sender: BoxSender | undefined): WireValue {
    return wireValueOf(this.encode(value, sender));
  }
}

/** Any type of arguments. */
export type AnyArgument = Argument<unknown, never>;
