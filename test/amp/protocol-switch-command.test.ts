import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AMP } from "../../src/amp/amp.ts";
import { unicode } from "../../src/amp/arguments/unicode.ts";
import { protocolSwitchCommand } from "../../src/amp/protocol-switch-command.ts";
import { ClientFactory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import type { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import "../support/quiet-logs.ts";
import { Later, Server, Sum, outcomeOf, pairOf } from "./fixtures.ts";

class Refusal extends Error {}

const Upgrade = protocolSwitchCommand("Upgrade", { arguments: { to: unicode() }, errors: [[Refusal, "REFUSED"]] });

class Shouting extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data.toString().toUpperCase());
  }
}

class Switching extends Server {
  static override responders = [
    Upgrade.responder(({ to }) => {
      if (to === "refuse") throw new Refusal("no");
      if (to === "nothing") return undefined as never;
      return new Shouting();
    }),
  ];
}

class Recording extends ClientFactory<AccumulatingProtocol> {
  readonly built: AccumulatingProtocol[] = [];
  readonly events: string[] = [];

  override buildProtocol(): AccumulatingProtocol {
    this.built.push(new AccumulatingProtocol());
    return this.built.at(-1)!;
  }

  override clientConnectionFailed(_connector: unknown, reason: Failure): void {
    this.events.push(`failed ${(reason.value as Error).name}`);
  }

  override clientConnectionLost(_connector: unknown, reason: Failure): void {
    this.events.push(`lost ${(reason.value as Error).name}`);
  }
}

describe("ProtocolSwitchCommand", () => {
  for (const chunkSize of [1, 1000]) {
    test(`hands the connection over at both ends, ${chunkSize} bytes at a time`, () => {
      const pair = pairOf(new Switching(), { chunkSize });
      const factory = new Recording();
      const switched = pair.client.callRemote(Upgrade, { to: "shout" }, factory);
      assert.equal((outcomeOf(pair.client.callRemote(Sum, { a: 1, b: 2 })) as Error).name, "ProtocolSwitched");
      pair.flush();
      assert.deepEqual(outcomeOf(switched), {});
      factory.built[0]!.transport.write("hello");
      pair.flush();
      assert.equal(factory.built[0]!.data.toString(), "HELLO");
      pair.clientTransport.loseConnection();
      pair.flush();
      assert.deepEqual(factory.events, ["lost ConnectionDone"]);
    });
  }

  test("refused, gives the connection back, and tells the factory", () => {
    const pair = pairOf(new Switching());
    const factory = new Recording();
    const switched = pair.client.callRemote(Upgrade, { to: "refuse" }, factory);
    pair.flush();
    assert.ok(outcomeOf(switched) instanceof Refusal);
    assert.deepEqual(factory.events, ["failed ConnectionLost"]);
    const sum = pair.client.callRemote(Sum, { a: 1, b: 2 });
    pair.flush();
    assert.deepEqual(outcomeOf(sum), { total: 3 });
  });

  test("fails the calls that have no answer yet when the connection ends", () => {
    const pair = pairOf(new Switching());
    const later = pair.client.callRemote(Later, { n: 1 });
    void pair.client.callRemote(Upgrade, { to: "shout" }, new Recording());
    pair.flush();
    assert.equal(outcomeOf(later), "nothing yet");
    pair.serverTransport.loseConnection();
    pair.flush();
    assert.equal((outcomeOf(later) as Error).name, "ConnectionDone");
  });

  test("answers that come too late are not sent", () => {
    const pair = pairOf(new Switching());
    const factory = new Recording();
    void pair.client.callRemote(Later, { n: 1 }).addErrback(() => {});
    void pair.client.callRemote(Upgrade, { to: "shout" }, factory);
    pair.flush();
    pair.server.waiting[0]!.callback({ n: 1 });
    pair.flush();
    assert.equal(factory.built[0]!.data.length, 0);
  });

  test("an answer that is no protocol is an unknown error", (t) => {
    const events = capturedLogs();
    t.after(() => events.stop());
    const pair = pairOf(new Switching());
    const switched = pair.client.callRemote(Upgrade, { to: "nothing" }, new Recording());
    pair.flush();
    assert.equal((outcomeOf(switched) as Error).name, "UnknownRemoteError");
    const logged = events.find(({ logFailure }) => logFailure !== undefined)?.logFailure?.value;
    assert.equal((logged as Error | undefined)?.name, "BadLocalReturn");
  });

  test("needs a factory that makes a protocol", () => {
    const pair = pairOf(new Switching());
    const client: { callRemote(...args: unknown[]): ReturnType<AMP["callRemoteString"]> } = pair.client;
    assert.ok(outcomeOf(client.callRemote(Upgrade, { to: "x" })) instanceof TypeError);
    const empty = new Recording();
    empty.buildProtocol = () => null as never;
    const switched = pair.client.callRemote(Upgrade, { to: "x" }, empty);
    pair.flush();
    assert.equal((outcomeOf(switched) as Error).name, "NoProtocol");
  });
});
