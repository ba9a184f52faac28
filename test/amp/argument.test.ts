import assert from "node:assert/strict";
import { test } from "node:test";
import { Argument } from "../../src/amp/argument.ts";
import { command } from "../../src/amp/command.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";

class JSONArgument extends Argument<unknown> {
  override decode(bytes: Buffer): unknown {
    return JSON.parse(bytes.toString());
  }

  override encode(value: unknown): string {
    return JSON.stringify(value);
  }
}

/** In pieces of three bytes, over several keys. */
class Pieces extends Argument<string> {
  override decode(bytes: Buffer): string {
    return bytes.toString();
  }

  override encode(value: string): string {
    return value;
  }

  override fromBox(name: string, box: AmpBox): string {
    let text = "";
    for (let n = 0; box.has(`${name}.${n}`); n++) text += String(box.get(`${name}.${n}`));
    return text;
  }

  override toBox(name: string, value: string, box: AmpBox): void {
    for (let n = 0; n * 3 < value.length; n++) box.set(`${name}.${n}`, value.slice(n * 3, n * 3 + 3));
  }
}

test("Argument, takes a type of one's own", () => {
  const Configure = command("Configure", { arguments: { settings: new JSONArgument() } });
  const box = Configure.makeArguments({ settings: { é: [1] } });
  assert.equal(box.get("settings")?.toString(), '{"é":[1]}');
  assert.deepEqual(Configure.parseArguments(box), { settings: { é: [1] } });
});

test("Argument, that throws, is the peer's fault, with the cause", () => {
  const box = new AmpBox({ x: "{" });
  assert.throws(
    () => new JSONArgument().fromBox("x", box, undefined),
    (error: Error) => {
      return (
        error.name === "InvalidArgument" &&
        error.cause instanceof SyntaxError &&
        /"x" cannot be understood/.test(error.message)
      );
    },
  );
});

test("Argument, may be missing only where it is optional", () => {
  assert.throws(() => new JSONArgument().fromBox("x", new AmpBox(), undefined), {
    code: "ERR_AMP_INVALID_ARGUMENT",
    message: 'The argument "x" is missing',
  });
  assert.equal(new JSONArgument({ optional: true }).fromBox("x", new AmpBox(), undefined), undefined);
});

test("Argument, may use several keys", () => {
  const Long = command("Long", { arguments: { text: new Pieces() } });
  const box = Long.makeArguments({ text: "abcdefgh" });
  assert.deepEqual([...box.keys()], ["text.0", "text.1", "text.2"]);
  assert.deepEqual(Long.parseArguments(box), { text: "abcdefgh" });
});
