/** What TLS contexts are for beside the handshake: they are chosen by name, and may give secrets away to who debugs. */
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import type { ContextFactory } from "../../src/tls/context-factory.ts";
import type { SecureOptions } from "../../src/transport/secure-stream.ts";
import { testCertificates } from "../support/test-certificates.ts";
import type { MakeReactor } from "./running.ts";
import { until } from "./running.ts";
import { VERSIONS, bothLost, certificateOf, codeOf, connectedOver, handshaken } from "./tls-ends.ts";
import { clientContext, serverContext } from "./tls-fixtures.ts";

export function tlsContextConformance(name: string, makeReactor: MakeReactor, secure: SecureOptions): void {
  const connected = connectedOver(makeReactor, secure);

  describe(`${name}: TLS contexts`, () => {
    test("SNI, chooses the server's context, at once, with a promise or with a Deferred; else the usual one is used", async () => {
      const { other } = testCertificates();
      const chosen = serverContext({ certificateChain: other.certificate, privateKey: other.key });
      const answers = [
        (): ContextFactory => chosen,
        (): Promise<ContextFactory> => Promise.resolve(chosen),
        (): Deferred<ContextFactory> => {
          const later = new Deferred<ContextFactory>();
          setImmediate(() => later.callback(chosen));
          return later;
        },
      ];
      for (const answer of answers) {
        const asked: string[] = [];
        const server = serverContext({
          contextForServerName: (serverName) => {
            asked.push(serverName);
            return serverName === "a.wild.example" ? answer() : undefined;
          },
        });
        const client = clientContext({ serverName: "a.wild.example", peerName: "a.wild.example" });
        await connected({ server, client }, async (ends) => {
          await handshaken(ends);
          assert.equal(ends.client.tls.getPeerCertificate()?.subject, "CN=other");
          assert.equal(ends.server.tls.security?.serverName, "a.wild.example");
        });
        await connected({ server }, async (ends) => {
          await handshaken(ends);
          assert.equal(ends.client.tls.getPeerCertificate()?.subject, "CN=server");
        });
        assert.deepEqual(asked, ["a.wild.example", "localhost"]);
      }
    });

    test("SNI, all of the chosen context counts: its protocols, its versions, and whom it asks for a certificate", async () => {
      const { other, client: shown, authority } = testCertificates();
      const chosen = serverContext({
        certificateChain: other.certificate,
        privateKey: other.key,
        alpnProtocols: ["chosen"],
        maxVersion: "TLSv1.2",
        verifyPeer: "require",
        trustRoots: [authority.certificate],
      });
      const server = serverContext({
        alpnProtocols: ["usual"],
        minVersion: "TLSv1.3",
        contextForServerName: (serverName) => (serverName === "a.wild.example" ? chosen : undefined),
      });
      const options = { alpnProtocols: ["usual", "chosen"], ...certificateOf(shown) };
      await connected({ server, client: clientContext(options) }, async (ends) => {
        await handshaken(ends);
        const { tls } = ends.server;
        assert.deepEqual(
          [tls.negotiatedProtocol, tls.getTLSVersion(), tls.getPeerCertificate()?.subject],
          ["usual", "TLSv1.3", undefined],
        );
      });
      const named = { serverName: "a.wild.example", peerName: "a.wild.example" };
      await connected({ server, client: clientContext({ ...options, ...named }) }, async (ends) => {
        await handshaken(ends);
        const { tls } = ends.server;
        assert.deepEqual(
          [tls.negotiatedProtocol, tls.getTLSVersion(), tls.getPeerCertificate()?.subject],
          ["chosen", "TLSv1.2", "CN=client"],
        );
      });
      await connected({ server, client: clientContext({ alpnProtocols: ["chosen"], ...named }) }, async (ends) => {
        await bothLost(ends);
        assert.equal(codeOf(ends.server), "ERR_TLS_CERTIFICATE_REQUIRED");
      });
    });

    for (const maxVersion of VERSIONS) {
      test(`SNI, ${maxVersion}, sessions are resumed under the name that they were made under, and under no other`, async () => {
        const { client: shown, authority, selfSigned } = testCertificates();
        const strict = serverContext({ verifyPeer: "require", trustRoots: [selfSigned.certificate], maxVersion });
        const lax = serverContext({ verifyPeer: "require", trustRoots: [authority.certificate], maxVersion });
        const server = serverContext({
          maxVersion,
          contextForServerName: (serverName) => ({ localhost: lax, "strict.example": strict })[serverName],
        });
        const tickets: Buffer[] = [];
        const client = (serverName: string): ContextFactory =>
          clientContext({
            ...certificateOf(shown),
            serverName,
            onSessionTicket: (ticket) => tickets.push(ticket),
            ...(tickets.length > 0 ? { session: tickets.at(-1)! } : {}),
          });
        for (const reused of [false, true]) {
          await connected({ server, client: client("localhost") }, async (ends) => {
            await handshaken(ends);
            await until(() => tickets.length > 0, "a ticket");
            assert.deepEqual(
              [ends.server.tls.security?.reused, ends.server.tls.security?.serverName],
              [reused, "localhost"],
            );
            ends.client.transport.loseConnection();
            await bothLost(ends);
          });
        }
        await connected({ server, client: client("unknown.example") }, async (ends) => {
          await handshaken(ends);
          assert.equal(ends.server.tls.security?.reused, false);
        });
        await connected({ server, client: client("strict.example") }, async (ends) => {
          await until(() => ends.server.lost !== undefined, "the refusal");
          assert.equal(codeOf(ends.server), "ERR_TLS_UNKNOWN_AUTHORITY");
        });
      });
    }

    test("SNI, a choice that throws or fails ends the handshake", async () => {
      const failures = [
        (): never => {
          throw new Error("no such name");
        },
        (): Promise<never> => Promise.reject(new Error("no such name")),
      ];
      for (const contextForServerName of failures) {
        await connected({ server: serverContext({ contextForServerName }) }, async (ends) => {
          await bothLost(ends);
          assert.match(codeOf(ends.server)!, /^ERR_TLS_HANDSHAKE/);
          assert.match(ends.server.lost!.getErrorMessage(), /no such name/);
        });
      }
    });

    test("keyLog, is given the secrets of the connection, the same at both ends, and they are what it is secured with", async () => {
      const lines: Record<"server" | "client", string[]> = { server: [], client: [] };
      const contexts = {
        server: serverContext({ keyLog: (line) => lines.server.push(line) }),
        client: clientContext({ keyLog: (line) => lines.client.push(line) }),
      };
      await connected(contexts, async (ends) => {
        await handshaken(ends);
        assert.deepEqual(lines.server.toSorted(), lines.client.toSorted());
        assert.deepEqual(lines.client.map((line) => line.split(" ", 1).join()).toSorted(), [
          "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
          "CLIENT_TRAFFIC_SECRET_0",
          "EXPORTER_SECRET",
          "SERVER_HANDSHAKE_TRAFFIC_SECRET",
          "SERVER_TRAFFIC_SECRET_0",
        ]);
        for (const line of lines.client) assert.match(line, /^[A-Z_0-9]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})$/);
        const secret = lines.client.find((line) => line.startsWith("EXPORTER_SECRET"))!.split(" ")[2]!;
        const hash = ends.client.tls.security!.cipher.endsWith("SHA384") ? "sha384" : "sha256";
        assert.deepEqual(
          exportedFrom(Buffer.from(secret, "hex"), hash, "EXPORTER-test"),
          ends.server.tls.exportKeyingMaterial(32, "EXPORTER-test"),
        );
      });
      lines.client = [];
      const old = { ...contexts, server: serverContext({ maxVersion: "TLSv1.2" }) };
      await connected(old, async (ends) => {
        await handshaken(ends);
        assert.match(lines.client.join("\n"), /^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}$/);
      });
    });

    test("keyLog, a file, is appended to and its owner's alone; one that throws is logged, and the connection goes on", async () => {
      const path = join(mkdtempSync(join(tmpdir(), "hawser-")), "keys");
      const failing = (): never => {
        throw new Error("the disk is full");
      };
      const contexts = { server: serverContext({ keyLog: failing }), client: clientContext({ keyLog: path }) };
      for (const count of [5, 10]) {
        await connected(contexts, async (ends) => {
          await handshaken(ends);
          assert.equal(readFileSync(path, "latin1").match(/^[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]+\n/gm)?.length, count);
        });
      }
      assert.equal(statSync(path).mode & 0o777, 0o600);
      rmSync(dirname(path), { recursive: true });
    });

    test("keyLog, SSLKEYLOGFILE alone gives nothing away", async () => {
      const path = join(mkdtempSync(join(tmpdir(), "hawser-")), "keys");
      process.env["SSLKEYLOGFILE"] = path;
      try {
        await connected({}, handshaken);
        assert.equal(existsSync(path), false);
      } finally {
        delete process.env["SSLKEYLOGFILE"];
        rmSync(dirname(path), { recursive: true });
      }
    });
  });
}

/** Keying material of TLS 1.3 (RFC 8446 sections 7.1 and 7.5), 32 bytes, made of the exporter's secret. */
function exportedFrom(secret: Buffer, hash: string, label: string): Buffer {
  const nothing = createHash(hash).digest();
  return expand(expand(secret, label, nothing, nothing.length), "exporter", nothing, 32);

  function expand(key: Buffer, name: string, context: Buffer, length: number): Buffer {
    const full = Buffer.from(`tls13 ${name}`);
    const parts = [
      Buffer.from([0, length, full.length]),
      full,
      Buffer.from([context.length]),
      context,
      Buffer.from([1]),
    ];
    return createHmac(hash, key).update(Buffer.concat(parts)).digest().subarray(0, length);
  }
}
