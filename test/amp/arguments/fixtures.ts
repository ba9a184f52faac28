/** Checks of argument types. */
import assert from "node:assert/strict";
import type { Argument } from "../../../src/amp/argument.ts";
import { AmpBox } from "../../../src/amp/wire/amp-box.ts";

/** The bytes, a character for each, that `value` is sent as. */
export function sent<In>(argument: Argument<unknown, In>, value: In): string {
  const box = new AmpBox();
  argument.toBox("x", value, box, undefined);
  return box.getByteText("x") ?? "";
}

/** What is received for these bytes; as they come in a short box, a long one, and to a type that is extended. */
export function received<Out>(argument: Argument<Out, never>, bytes: string): Out | undefined {
  const [asText, asBytes] = [new AmpBox(), new AmpBox()];
  asText.setWire("x", bytes);
  asBytes.setWire("x", Buffer.from(bytes, "latin1"));
  const value = argument.fromBox("x", asText, undefined);
  assert.deepEqual(argument.fromBox("x", asBytes, undefined), value);
  assert.deepEqual(argument.decode(Buffer.from(bytes, "latin1"), undefined), value);
  return value;
}

/** Checks that the peer is told off for these bytes. */
export function refuses(argument: Argument<unknown, never>, ...all: string[]): void {
  for (const bytes of all) {
    assert.throws(() => received(argument, bytes), { code: "ERR_AMP_INVALID_ARGUMENT" }, JSON.stringify(bytes));
  }
}

/** Checks that we are told off for these values. */
export function doesNotSend(argument: Argument<unknown, never>, ...all: unknown[]): void {
  for (const value of all) {
    const error = thrownBy(() => sent(argument as Argument<unknown, unknown>, value));
    assert.ok(error instanceof TypeError || error instanceof RangeError, String(value));
  }
}

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
