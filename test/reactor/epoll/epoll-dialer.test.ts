import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Failure } from "../../../src/deferred/failure.ts";
import { until } from "../../conformance/running.ts";
import { RecordingClientFactory } from "../../conformance/stream-fixtures.ts";
import { HOST, runs, skip, withNodePort } from "./over-core.ts";

function messageOf(failure: Failure | undefined): string {
  return failure?.getErrorMessage() ?? "";
}

function codeOf(failure: Failure | undefined): string | undefined {
  const error = failure?.value as (Error & { cause?: NodeJS.ErrnoException; code?: string }) | undefined;
  return error?.cause?.code ?? error?.code;
}

describe("EpollDialer", { skip }, () => {
  test("a peer that resets at once, is connected first, and has its address", () =>
    withNodePort((port, sockets) =>
      runs(async (reactor) => {
        const clients = new RecordingClientFactory();
        for (let n = 0; n < 20; n++) reactor.connectTCP(HOST, port, clients);
        const over = (): boolean => {
          for (const socket of sockets.splice(0)) socket.resetAndDestroy();
          return clients.protocols.length === 20 && clients.protocols.every(({ lost }) => lost !== undefined);
        };
        await until(over, "the ends");
        for (const { transport } of clients.protocols) {
          assert.equal(String(transport.getPeer()), `IPv4Address(TCP, '127.0.0.1', ${port})`);
        }
      }),
    ));

  test("an attempt that is given up, is not heard of again", () =>
    withNodePort((port) =>
      runs(async (reactor) => {
        const clients = new RecordingClientFactory();
        reactor.connectTCP(HOST, port, clients).stopConnecting();
        await until(() => clients.failure !== undefined, "the failure");
        for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(clients.protocols, []);
      }),
    ));

  test("what the system refuses at once and what it refuses later, fail the same way", () =>
    runs(async (reactor) => {
      for (const [host, wanted] of [
        ["127.0.0.1", "ECONNREFUSED"],
        ["255.255.255.255", "ENETUNREACH"],
      ] as const) {
        const clients = new RecordingClientFactory();
        reactor.connectTCP(host, 1, clients);
        assert.equal(clients.failure, undefined, "never inside the call");
        await until(() => clients.failure !== undefined, "the failure");
        if (wanted === "ECONNREFUSED") assert.equal(codeOf(clients.failure), wanted);
        if (wanted === "ECONNREFUSED") assert.match(messageOf(clients.failure), /^connect /);
        assert.deepEqual(clients.protocols, []);
      }
    }));

  test("paths of UNIX sockets, that are too long or have a zero inside, fail", () =>
    runs(async (reactor) => {
      for (const [path, wanted] of [
        [join("/tmp", "x".repeat(200)), "ENAMETOOLONG"],
        ["/tmp/a\0b", "EINVAL"],
      ] as const) {
        const clients = new RecordingClientFactory();
        reactor.connectUNIX(path, clients);
        await until(() => clients.failure !== undefined, "the failure");
        assert.equal(codeOf(clients.failure), wanted);
      }
    }));
});
