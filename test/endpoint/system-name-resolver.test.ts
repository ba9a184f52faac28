import assert from "node:assert/strict";
import type { LookupAddress, LookupAllOptions } from "node:dns";
import { test } from "node:test";
import { SystemNameResolver } from "../../src/endpoint/system-name-resolver.ts";
import type { HostResolution, ResolutionOptions, ResolutionReceiver } from "../../src/endpoint/name-resolver.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import type { InternetAddress } from "../../src/transport/address.ts";

/** Writes down what it hears. */
class Notes implements ResolutionReceiver {
  readonly heard: string[] = [];
  readonly addresses: InternetAddress[] = [];
  readonly done: Promise<void>;
  #finish!: () => void;

  constructor() {
    this.done = new Promise((resolve) => (this.#finish = resolve));
  }

  resolutionBegan(resolution: HostResolution): void {
    this.heard.push(`began ${resolution.name}`);
  }

  addressResolved(address: InternetAddress): void {
    this.heard.push(address.host);
    this.addresses.push(address);
  }

  resolutionComplete(): void {
    this.heard.push("complete");
    this.#finish();
  }
}

/** A `lookup` that answers when the test says so. */
class ManualLookup {
  readonly asked: { host: string; options: LookupAllOptions }[] = [];
  readonly #callbacks: ((error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void)[] = [];

  readonly lookup = (
    host: string,
    options: LookupAllOptions,
    callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ): void => {
    this.asked.push({ host, options });
    this.#callbacks.push(callback);
  };

  answer(index: number, ...hosts: string[]): void {
    this.#callbacks[index]!(
      null,
      hosts.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  }

  /** As `node:dns` does it: without addresses. */
  refuse(index: number, code: string): void {
    (this.#callbacks[index] as (error: Error) => void)(Object.assign(new Error(`getaddrinfo ${code}`), { code }));
  }
}

function lookUp(resolver: SystemNameResolver, host: string, options?: ResolutionOptions): Notes {
  const notes = new Notes();
  assert.equal(resolver.resolveHostName(notes, host, options).name, host);
  return notes;
}

test("SystemNameResolver, a name, is given all its addresses, each once, in the system's order", () => {
  const system = new ManualLookup();
  const notes = lookUp(new SystemNameResolver(system), "host.example", { port: 80 });
  assert.deepEqual(system.asked, [{ host: "host.example", options: { all: true, family: 0, order: "verbatim" } }]);
  assert.deepEqual(notes.heard, ["began host.example"]);
  system.answer(0, "192.0.2.1", "2001:db8::1", "192.0.2.1", "fe80::1%eth0");
  assert.deepEqual(notes.heard.slice(1), ["192.0.2.1", "2001:db8::1", "fe80::1%eth0", "complete"]);
  assert.deepEqual(notes.addresses.map(String), [
    "IPv4Address(TCP, '192.0.2.1', 80)",
    "IPv6Address(TCP, '2001:db8::1', 80)",
    "IPv6Address(TCP, 'fe80::1%eth0', 80)",
  ]);
});

test("SystemNameResolver, told so, asks for one family, and makes addresses for UDP", () => {
  const system = new ManualLookup();
  const resolver = new SystemNameResolver(system);
  lookUp(resolver, "host.example", { addressTypes: ["ipv4"] });
  lookUp(resolver, "host.example", { addressTypes: ["ipv6", "ipv4"] });
  const notes = lookUp(resolver, "host.example", { addressTypes: ["ipv6"], transportSemantics: "UDP" });
  assert.deepEqual(
    system.asked.map(({ options }) => options.family),
    [4, 0, 6],
  );
  system.answer(2, "::1");
  assert.equal(notes.addresses[0]?.type, "UDP");
  assert.equal(notes.addresses[0]?.port, 0);
});

test("SystemNameResolver, an address, is answered at once, if its family is wanted", () => {
  const system = new ManualLookup();
  const resolver = new SystemNameResolver(system);
  assert.deepEqual(lookUp(resolver, "192.0.2.1").heard, ["began 192.0.2.1", "192.0.2.1", "complete"]);
  assert.deepEqual(lookUp(resolver, "::1", { addressTypes: ["ipv6"] }).heard, ["began ::1", "::1", "complete"]);
  assert.deepEqual(lookUp(resolver, "192.0.2.1", { addressTypes: ["ipv6"] }).heard, ["began 192.0.2.1", "complete"]);
  assert.deepEqual(lookUp(resolver, "::1", { addressTypes: ["ipv4"] }).heard, ["began ::1", "complete"]);
  assert.deepEqual(system.asked, []);
});

test("SystemNameResolver, what is no name, or no family, has no addresses, and nothing is looked up", () => {
  const system = new ManualLookup();
  const resolver = new SystemNameResolver(system);
  assert.deepEqual(lookUp(resolver, "a b").heard, ["began a b", "complete"]);
  assert.deepEqual(lookUp(resolver, "").heard, ["began ", "complete"]);
  assert.deepEqual(lookUp(resolver, "192.0.2.1", { addressTypes: [] }).heard, ["began 192.0.2.1", "complete"]);
  assert.deepEqual(system.asked, []);
});

test("SystemNameResolver, a name beyond ASCII, is looked up in IDNA", () => {
  const system = new ManualLookup();
  lookUp(new SystemNameResolver(system), "bücher.example");
  assert.equal(system.asked[0]?.host, "xn--bcher-kva.example");
});

test("SystemNameResolver, what is no string, is a TypeError", () => {
  assert.throws(() => new SystemNameResolver().resolveHostName(new Notes(), 1 as unknown as string), TypeError);
});

test("SystemNameResolver, a name that the system does not know, has no addresses", () => {
  const system = new ManualLookup();
  const notes = lookUp(new SystemNameResolver(system), "host.example");
  system.refuse(0, "ENOTFOUND");
  assert.deepEqual(notes.heard, ["began host.example", "complete"]);
});

test("SystemNameResolver, more lookups than it may do at once, wait for the others, in their order", () => {
  const system = new ManualLookup();
  const resolver = new SystemNameResolver({ lookup: system.lookup, concurrency: 2 });
  const all = ["a", "b", "c", "d"].map((name) => lookUp(resolver, name));
  const hosts = (): string[] => system.asked.map(({ host }) => host);
  assert.deepEqual(hosts(), ["a", "b"]);
  system.refuse(1, "EAI_AGAIN");
  assert.deepEqual(hosts(), ["a", "b", "c"]);
  system.answer(0, "192.0.2.1");
  system.answer(2, "192.0.2.3");
  system.answer(3, "192.0.2.4");
  assert.deepEqual(
    all.map(({ heard }) => heard[1]),
    ["192.0.2.1", "complete", "192.0.2.3", "192.0.2.4"],
  );
});

test("SystemNameResolver, cancelled while it waits, is never begun", () => {
  const system = new ManualLookup();
  const resolver = new SystemNameResolver({ lookup: system.lookup, concurrency: 1 });
  lookUp(resolver, "a");
  const notes = new Notes();
  const resolution = resolver.resolveHostName(notes, "b");
  lookUp(resolver, "c");
  resolution.cancel();
  resolution.cancel();
  assert.deepEqual(notes.heard, ["began b", "complete"]);
  system.answer(0, "192.0.2.1");
  assert.deepEqual(
    system.asked.map(({ host }) => host),
    ["a", "c"],
  );
});

test("SystemNameResolver, cancelled under way, is told nothing more, and keeps its place until the system answers", () => {
  const system = new ManualLookup();
  const resolver = new SystemNameResolver({ lookup: system.lookup, concurrency: 1 });
  const notes = new Notes();
  const resolution = resolver.resolveHostName(notes, "a");
  lookUp(resolver, "b");
  resolution.cancel();
  assert.equal(system.asked.length, 1);
  system.answer(0, "192.0.2.1");
  assert.deepEqual(notes.heard, ["began a", "complete"]);
  assert.equal(system.asked.length, 2);
});

test("SystemNameResolver, cancelled by an address, tells of no other", () => {
  const system = new ManualLookup();
  const notes = new Notes();
  let resolution!: HostResolution;
  const receiver: ResolutionReceiver = {
    resolutionBegan: (begun) => (resolution = begun),
    addressResolved: (address) => {
      notes.addressResolved(address);
      resolution.cancel();
    },
    resolutionComplete: () => notes.resolutionComplete(),
  };
  new SystemNameResolver(system).resolveHostName(receiver, "host.example");
  system.answer(0, "192.0.2.1", "192.0.2.2");
  assert.deepEqual(notes.heard, ["192.0.2.1", "complete"]);
});

test("SystemNameResolver, cancelled as soon as it begins, looks nothing up", () => {
  const system = new ManualLookup();
  for (const host of ["host.example", "192.0.2.1", "a b"]) {
    const notes = new Notes();
    const receiver: ResolutionReceiver = {
      resolutionBegan: (resolution) => resolution.cancel(),
      addressResolved: (address) => notes.addressResolved(address),
      resolutionComplete: () => notes.resolutionComplete(),
    };
    new SystemNameResolver(system).resolveHostName(receiver, host);
    assert.deepEqual(notes.heard, ["complete"]);
  }
  assert.deepEqual(system.asked, []);
});

test("SystemNameResolver, a receiver that throws, is logged, and told the rest", () => {
  const system = new ManualLookup();
  const heard: string[] = [];
  const receiver: ResolutionReceiver = {
    resolutionBegan() {
      throw new RangeError("began");
    },
    addressResolved({ host }) {
      heard.push(host);
      throw new RangeError(host);
    },
    resolutionComplete() {
      heard.push("complete");
      throw new RangeError("complete");
    },
  };
  const logs = capturedLogs();
  new SystemNameResolver(system).resolveHostName(receiver, "host.example");
  system.answer(0, "192.0.2.1", "192.0.2.2");
  logs.stop();
  assert.deepEqual(heard, ["192.0.2.1", "192.0.2.2", "complete"]);
  const failures = logs.filter(({ logLevel }) => logLevel === LogLevel.critical);
  assert.equal(failures.length, 4);
});

test("SystemNameResolver, a concurrency that makes no sense, is a RangeError", () => {
  for (const concurrency of [0, -1, 1.5, Number.NaN, "2" as unknown as number]) {
    assert.throws(() => new SystemNameResolver({ concurrency }), RangeError);
  }
});

test("SystemNameResolver, without a concurrency, does as many lookups as the runtime has threads", (t) => {
  const before = process.env["UV_THREADPOOL_SIZE"];
  t.after(() => {
    if (before === undefined) delete process.env["UV_THREADPOOL_SIZE"];
    else process.env["UV_THREADPOOL_SIZE"] = before;
  });
  for (const [size, expected] of [
    ["7", 7],
    ["none", 4],
    [undefined, 4],
  ] as const) {
    if (size === undefined) delete process.env["UV_THREADPOOL_SIZE"];
    else process.env["UV_THREADPOOL_SIZE"] = size;
    const system = new ManualLookup();
    const resolver = new SystemNameResolver(system);
    for (let index = 0; index < 10; index++) lookUp(resolver, `host${index}.example`);
    assert.equal(system.asked.length, expected);
  }
});

test("SystemNameResolver, localhost, is looked up by the system itself", async () => {
  const notes = lookUp(new SystemNameResolver(), "localhost", { port: 80 });
  await notes.done;
  assert.ok(notes.heard.includes("127.0.0.1") || notes.heard.includes("::1"), notes.heard.join());
});
