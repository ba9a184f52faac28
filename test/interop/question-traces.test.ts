/**
 * Servers of finger and ident answer random questions as Twisted's do. What differs on purpose is written in question_traces.py, where Twisted is made to differ the same way, and in
 * docs/coming-from-twisted.md.
 */
import { test } from "node:test";
import fc from "fast-check";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { Finger } from "../../src/finger/finger.ts";
import { IdentServer } from "../../src/ident/ident-server.ts";
import { HiddenUser, IdentError, InvalidPort, NoUser } from "../../src/ident/wire/errors.ts";
import type { SocketAddress } from "../../src/ident/wire/proc-net-tcp.ts";
import type { Owner } from "../../src/ident/wire/response.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { chunkings } from "../support/chunkings.ts";
import { compareTraces } from "../support/compare-traces.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 3000);
const twisted = peer("twisted");

interface Program {
  readonly kind: "finger" | "ident";
  /** What arrives, with a character for each byte. */
  readonly steps: readonly string[];
}

class Ident extends IdentServer {
  override lookup(server: SocketAddress, client: SocketAddress): Owner | PromiseLike<Owner> {
    const kind = server.port % 7;
    const isLate = client.port % 2 === 1;
    const error = [new IdentError(), new NoUser(), new HiddenUser(), new InvalidPort()][kind];
    if (error !== undefined && isLate) return fail(error);
    if (error !== undefined) throw error;
    if (kind === 4) throw new TypeError("a bug");
    const owner: Owner = ["UNIX", `user ${server.port} of ${server.host}: ${client.port}`];
    return isLate ? succeed(owner) : owner;
  }
}

const space = fc.constantFrom("", "", "", " ", "\t", "  ");
const port = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 65_535 }).map(String) },
  { weight: 1, arbitrary: fc.integer({ min: -3, max: 70_000 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("+7", "-0", "007", "9".repeat(40), `-${"8".repeat(17)}`, "", "1.5", "0x1", "port"),
  },
);
const query = fc
  .tuple(space, port, space, fc.constantFrom(",", ",", ",", ",", ",", ",", ";", ",,", ""), space, port, space)
  .map((parts) => parts.join(""));
const question = fc
  .tuple(fc.constantFrom("", "", "/W ", "/w\t"), fc.constantFrom("ada", "x", "ada@host", "a@b@c", "@host"), space)
  .map((parts) => parts.join(""));
const anyProgram: fc.Arbitrary<Program> = fc.constantFrom("finger" as const, "ident" as const).chain((kind) => {
  const line = fc.oneof(
    { weight: 12, arbitrary: kind === "finger" ? question : query },
    { weight: 1, arbitrary: fc.constantFrom("", " ", "x".repeat(100)) },
  );
  const lineEnd = fc.oneof(
    { weight: 15, arbitrary: fc.constant("\r\n") },
    // A word before a user is something else for each of them.
    { weight: 1, arbitrary: kind === "finger" ? fc.constant("\r\r\n") : fc.constantFrom("\n", "", "\r\r\n") },
  );
  const stream = fc.array(fc.tuple(line, lineEnd), { minLength: 1, maxLength: kind === "finger" ? 2 : 6 });
  return stream
    .chain((lines) => chunkings(Buffer.from(lines.flat().join(""), "latin1")))
    .map((chunks) => ({ kind, steps: chunks.map((chunk) => chunk.toString("latin1")) }));
});

test(
  `servers of finger and ident, answer as Twisted's do, in ${PROGRAMS} random conversations`,
  {
    skip: twisted.skip,
  },
  async () => {
    const programs = fc.sample(anyProgram, PROGRAMS);
    await compareTraces({ python: twisted.command, script: "question_traces.py", programs, run: runProgram });
  },
);

function runProgram({ kind, steps }: Program): string[] {
  const transport = new StringTransport();
  const protocol = kind === "ident" ? new Ident() : new Finger();
  protocol.makeConnection(transport);
  return steps.map((chunk) => {
    if (!transport.disconnecting) protocol.dataReceived(Buffer.from(chunk, "latin1"));
    const line = `${transport.written().toString("latin1")} ${transport.disconnecting}`;
    transport.clear();
    return line;
  });
}
