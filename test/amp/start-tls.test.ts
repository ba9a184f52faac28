import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AMP } from "../../src/amp/amp.ts";
import { StartTLS, StartTLSCommand } from "../../src/amp/start-tls.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { authority, signedFor } from "../support/authority.ts";
import "../support/quiet-logs.ts";
import { RecordingConnection } from "./boxes.ts";
import { Server, Sum, outcomeOf, pairOf } from "./fixtures.ts";
import { Deferred } from "../../src/deferred/deferred.ts";

const certificate = signedFor(["localhost"]);

class Refusal extends Error {}

const Guarded = new StartTLSCommand("Guarded", { errors: [[Refusal, "REFUSED"]] });

class Secure extends Server {
  static override responders = [
    StartTLS.responder(() => ({ tls_localCertificate: certificate, tls_verifyAuthorities: [authority] })),
    Guarded.responder(() => {
      throw new Refusal("no");
    }),
  ];
}

describe("StartTLS", () => {
  test("secures the connection, and what is called behind it goes over TLS", async () => {
    const server = new Secure();
    const pair = connectedPair(server, new AMP());
    const { client } = pair;
    const started = client.callRemote(StartTLS, {
      tls_localCertificate: certificate,
      tls_verifyAuthorities: [authority],
    });
    const sum = client.callRemote(Sum, { a: 1, b: 2 });
    assert.deepEqual(await started, { tls_localCertificate: undefined, tls_verifyAuthorities: undefined });
    assert.deepEqual(await sum, { total: 3 });
    for (const end of [client, server]) {
      assert.ok(end.peerCertificate?.equals(certificate));
      assert.equal(end.hostCertificate, certificate);
    }
    const again = client.callRemote(StartTLS);
    await assert.rejects(again.toPromise(), { code: "ERR_AMP_ONLY_ONE_TLS" });
    client.transport.loseConnection();
    await pair.settled();
  });

  test("without certificates, is secret and proves nothing", async () => {
    const pair = pairOf(new Server());
    const started = pair.client.callRemote(StartTLS);
    while (!started.called) pair.flush();
    const sum = pair.client.callRemote(Sum, { a: 1, b: 2 });
    while (!sum.called) {
      pair.flush();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(await sum, { total: 3 });
    assert.equal(pair.client.peerCertificate?.getSubject().commonName, "TEMPORARY CERTIFICATE");
    assert.equal(pair.server.peerCertificate, undefined);
    pair.client.transport.abortConnection();
    pair.flush();
  });

  test("refused, leaves the connection as it is, with what was kept", () => {
    const pair = pairOf(new Secure());
    const started = pair.client.callRemote(Guarded);
    const sum = pair.client.callRemote(Sum, { a: 1, b: 2 });
    pair.flush();
    assert.ok(outcomeOf(started) instanceof Refusal);
    assert.deepEqual(outcomeOf(sum), { total: 3 });
  });

  test("sends nothing of its arguments, then waits", () => {
    const connection = new RecordingConnection();
    const answered = new Deferred<unknown>();
    const send = (): Deferred<unknown> => {
      connection.steps.push("send");
      return answered;
    };
    void StartTLS.callWith({
      sender: connection,
      values: { tls_localCertificate: certificate },
      extra: undefined,
      send,
    });
    assert.deepEqual(connection.steps, ["send", "prepareTLS"]);
    answered.callback({});
    assert.deepEqual(connection.steps[2], ["startTLS", certificate, undefined]);
    assert.equal(StartTLS.makeArguments({ tls_localCertificate: certificate }).size, 0);
    assert.equal(StartTLS.isPlain, false);
  });
});
