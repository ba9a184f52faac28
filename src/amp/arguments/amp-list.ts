/** Lists of records, each of which is a box. */
import { Argument } from "../argument.ts";
import type { ArgumentOptions } from "../argument.ts";
import type { BoxSender } from "../box-sender.ts";
import { fieldsOf, missingIn, valuesFromBox, valuesToBox } from "../schema.ts";
import type { Fields, Given, Received, Schema } from "../schema.ts";
import { AmpBox } from "../wire/amp-box.ts";
import { parseString } from "../wire/parse-string.ts";

class AmpList<S extends Schema, Optional extends boolean> extends Argument<
  Received<S>[],
  Iterable<Given<S>>,
  Optional
> {
  readonly #fields: Fields;

  constructor(schema: S, options?: ArgumentOptions<Optional>) {
    super(options);
    this.#fields = fieldsOf(schema);
  }

  override decode(bytes: Buffer, sender: BoxSender | undefined): Received<S>[] {
    return parseString(bytes).map((box) => valuesFromBox(this.#fields, box, sender) as Received<S>);
  }

  override encode(value: Iterable<Given<S>>, sender: BoxSender | undefined): Buffer {
    const boxes: Buffer[] = [];
    for (const record of value) {
      const values = record as Readonly<Record<string, unknown>>;
      const missing = missingIn(this.#fields, values);
      if (missing.length > 0) {
        throw new TypeError(`Cannot send a record of a list without ${missing.join(", ")}: expected a value for each`);
      }
      const box = new AmpBox();
      valuesToBox(this.#fields, values, box, sender);
      boxes.push(box.serialize());
    }
    return Buffer.concat(boxes);
  }
}

/**
 * Lists of records that have a schema of their own. The whole list has to fit into a value, 65,535 bytes.
 *
 * @example
 * const Enrol = command("Enrol", { arguments: { people: ampList({ name: unicode(), age: integer({ optional: true }) }) } });
 * Enrol.makeArguments({ people: [{ name: "Ada", age: 36 }, { name: "Grace" }] });
 */
export function ampList<const S extends Schema, Optional extends boolean = false>(
  schema: S,
  options?: ArgumentOptions<Optional>,
): Argument<Received<S>[], Iterable<Given<S>>, NoInfer<Optional>> {
  return new AmpList(schema, options);
}
