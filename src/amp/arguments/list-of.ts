/** Lists of one argument type: the elements one after the other, each with its length before it. */
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import type { BoxSender } from "../box-sender.ts";
import { writeString } from "../wire/amp-box.ts";
import { MAX_VALUE_LENGTH } from "../wire/box-limits.ts";
import type { WireValue } from "../wire/wire-value.ts";

const PREFIX = 2;

class ListOf<Out, In, Optional extends boolean> extends Argument<Out[], Iterable<In>, Optional> {
  readonly elementType: Argument<Out, In>;

  constructor(elementType: Argument<Out, In>, options?: ArgumentOptions<Optional>) {
    super(options);
    this.elementType = elementType;
  }

  override decode(bytes: Buffer, sender: BoxSender | undefined): Out[] {
    const list: Out[] = [];
    for (let at = 0; at < bytes.length;) {
      const start = at + PREFIX;
      const end = start > bytes.length ? Infinity : start + bytes.readUInt16BE(at);
      if (end > bytes.length) throw new RangeError(`A list of ${bytes.length} bytes ends within an element`);
      list.push(this.elementType._read(bytes.subarray(start, end), sender));
      at = end;
    }
    return list;
  }

  override encode(value: Iterable<In>, sender: BoxSender | undefined): Buffer {
    const elements: WireValue[] = [];
    let length = 0;
    for (const element of value) {
      const encoded = this.elementType._write(element, sender);
      if (encoded.length > MAX_VALUE_LENGTH) {
        throw new RangeError(
          `Cannot send an element of ${encoded.length} bytes in a list: expected ${MAX_VALUE_LENGTH} at most`,
        );
      }
      elements.push(encoded);
      length += PREFIX + encoded.length;
    }
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (const element of elements) at = writeString(bytes, at, element);
    return bytes;
  }
}

/**
 * Lists. The whole list has to fit into a value: 65,535 bytes, with two for each element.
 *
 * @example
 * const Total = command("Total", { arguments: { numbers: listOf(integer()) } });
 * assert.equal(Total.makeArguments({ numbers: [3, 7, 15] }).get("numbers")?.toString("latin1"), "\0\x013\0\x017\0\x0215");
 */
export function listOf<Out, In, Optional extends boolean = false>(
  elementType: Argument<Out, In>,
  options?: ArgumentOptions<Optional>,
): Argument<Out[], Iterable<In>, NoInfer<Optional>> {
  return new ListOf(elementType, options);
}
