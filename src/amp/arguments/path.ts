/** Paths of files, as absolute ones. */
import { resolve } from "node:path";
import { UnicodeArgument } from "./unicode.ts";
import type { Argument, ArgumentOptions } from "../argument.ts";
import type { WireValue } from "../wire/wire-value.ts";

class Path<Optional extends boolean> extends UnicodeArgument<Optional> {
  override decode(bytes: Buffer): string {
    return resolve(super.decode(bytes));
  }

  override encode(value: string): string {
    return resolve(super.encode(value));
  }

  override _read(value: WireValue): string {
    return resolve(super._read(value));
  }
}

/**
 * Paths of files. They are made absolute before they are sent, and again where they arrive: for programs that see the same files.
 *
 * @example
 * const Open = command("Open", { arguments: { file: path() } });
 * assert.equal(Open.makeArguments({ file: "/tmp/../etc/hosts" }).get("file")?.toString(), "/etc/hosts");
 */
export function path<Optional extends boolean = false>(
  options?: ArgumentOptions<Optional>,
): Argument<string, string, NoInfer<Optional>> {
  return new Path(options);
}
