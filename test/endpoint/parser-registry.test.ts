import assert from "node:assert/strict";
import { test } from "node:test";
import { ParserRegistry } from "../../src/endpoint/parser-registry.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";

const reactor = new MemoryReactor();

test("ParserRegistry.parse, hands the reactor and the description to the parser of the prefix", () => {
  const seen: unknown[] = [];
  const registry = new ParserRegistry("server", {
    tcp: (given, description) => (seen.push(given, description.args), "an endpoint"),
  });
  assert.equal(registry.parse(reactor, "tcp:80"), "an endpoint");
  assert.equal(registry.parse(reactor, "TCP:81"), "an endpoint");
  assert.deepEqual(seen, [reactor, ["80"], reactor, ["81"]]);
});

test("ParserRegistry.parse, an unknown prefix, names those that are known", () => {
  const registry = new ParserRegistry("server", { unix: () => 1, tcp: () => 2 });
  registry.register("Ssh", () => 3);
  assert.throws(() => registry.parse(reactor, "8080"), {
    name: "EndpointDescriptionError",
    message:
      'Cannot make an endpoint of "8080": "8080" is no kind of server endpoint, expected one of "ssh", "tcp", "unix"',
  });
});

test("ParserRegistry.parse, names that every object has, are unknown too", () => {
  const registry = new ParserRegistry("server", { tcp: () => 1 });
  for (const name of ["constructor", "__proto__", "toString"]) {
    assert.throws(() => registry.parse(reactor, name), { name: "EndpointDescriptionError" });
  }
});

test("ParserRegistry.register, until it is taken out again, is known", () => {
  const registry = new ParserRegistry<string>("client", {});
  const takeOut = registry.register("ssh", () => "first");
  assert.equal(registry.parse(reactor, "ssh:host"), "first");
  takeOut();
  assert.throws(() => registry.parse(reactor, "ssh:host"), /"ssh" is no kind of client endpoint/);

  registry.register("ssh", () => "second");
  takeOut();
  assert.equal(registry.parse(reactor, "ssh:host"), "second", "whoever took theirs out takes out nothing of others");
});

test("ParserRegistry.register, a prefix that is known, is refused and stays", () => {
  const registry = new ParserRegistry("server", { tcp: () => 1 });
  assert.throws(() => registry.register("TCP", () => 2), InvalidStateError);
  assert.equal(registry.parse(reactor, "tcp:80"), 1);
});

test("ParserRegistry.register, what can never be a prefix or a parser, is a TypeError", () => {
  const registry = new ParserRegistry<number>("server", {});
  for (const prefix of ["", "a:b", "a=b", "a\\", "8080", " a", "ä"]) {
    assert.throws(() => registry.register(prefix, () => 1), TypeError, prefix);
  }
  assert.throws(() => registry.register(1 as unknown as string, () => 1), TypeError);
  assert.throws(() => registry.register("a", {} as unknown as () => 1), TypeError);
});
