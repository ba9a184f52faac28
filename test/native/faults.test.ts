/** System calls that fail as they seldom do: each in a program of its own, into which a shared object is loaded that makes them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { skip as noCore } from "../reactor/epoll/over-core.ts";
import { Program } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));
const library = join(folder, "faults.so");
const source = fileURLToPath(new URL("../../../test/native/faults.c", import.meta.url));

function compile(): string | false {
  if (noCore !== false) return noCore;
  // A core with sanitizers wants to be the first.
  if (process.env["LD_PRELOAD"] !== undefined) return "something else is loaded before everything";
  const { error, status, stderr } = spawnSync(
    process.env["CC"] ?? "cc",
    ["-shared", "-fPIC", "-o", library, source, "-ldl"],
    {
      encoding: "utf8",
    },
  );
  if (error !== undefined) return "there is no C compiler";
  assert.equal(status, 0, stderr);
  return false;
}

const skip = compile();
const EINTR = 4;
const EIO = 5;
const EAGAIN = 11;
const ENOMEM = 12;
const ENFILE = 23;
const EMFILE = 24;
const EPIPE = 32;
const ECONNABORTED = 103;
const ECONNRESET = 104;
const ENOBUFS = 105;

async function faulty(kind: string, faults: string): Promise<string> {
  const program = new Program("test/native/faults-program", [kind], { LD_PRELOAD: library, HAWSER_FAULTS: faults });
  assert.equal(await program.ended(), 0, program.stderr);
  return program.stdout;
}

const WELL = /client ConnectionDone\n100000 bytes/;

/** What fails, and what is to be seen. */
const CASES: readonly [kind: string, faults: string, expected: RegExp][] = [
  ["tcp", `recv=${EINTR}:1:5,send=${EINTR}:1:5,accept4=${EINTR}:1:3,epoll_wait=${EINTR}:2:3`, WELL],
  ["tcp", `recv=${ENOBUFS}:1:3,send=${ENOBUFS}:1:3,accept4=${ECONNABORTED}:1:3`, WELL],
  ["tcp", `recv=${ENOMEM}:1:3,send=${ENOMEM}:1:3,connect=${EINTR}:1:1`, WELL],
  ["tcp", `send=${EAGAIN}:1:4,recv=${EAGAIN}:1:4`, WELL],
  ["tcp", `accept4=${ENOBUFS}:1:1`, WELL],
  ["tcp", `recv=${ECONNRESET}:1:1`, /server ConnectionLost ECONNRESET\n/],
  ["tcp", `send=${EPIPE}:1:1`, /client ConnectionLost EPIPE\n/],
  ["tcp", `send=${ECONNRESET}:1:1`, /client ConnectionLost ECONNRESET\n/],
  // The reserve takes the connection and closes it.
  ["tcp", `accept4=${EMFILE}:1:1`, /^client Connection(Lost|Done).*\n0 bytes\n$/],
  ["tcp", `accept4=${ENFILE}:1:1`, /^client Connection(Lost|Done).*\n0 bytes\n$/],
  ["unix", `recvmsg=${EINTR}:1:5`, WELL],
  ["unix", `recvmsg=${ENOBUFS}:1:3`, WELL],
  ["unix", `recvmsg=${ECONNRESET}:1:1`, /server ConnectionLost ECONNRESET\n/],
  // Bytes whose descriptors are lost are nobody's.
  ["unix", "truncated=1:1:1", /server ConnectionLost EMFILE\n/],
  ["file", `sendfile=${EINTR}:1:5`, /file 100000\n[^]*client ConnectionDone\n100000 bytes/],
  ["file", `sendfile=${EAGAIN}:1:3`, /file 100000\n[^]*client ConnectionDone\n100000 bytes/],
  ["file", `sendfile=${ENOMEM}:1:2`, /file 100000\n[^]*client ConnectionDone\n100000 bytes/],
  ["file", `sendfile=${EIO}:1:1`, /file EIO\n[^]*client ConnectionDone\n0 bytes/],
  ["file", `sendfile=${EPIPE}:1:1`, /file ERR_CONNECTION_LOST\n[^]*server ConnectionLost EPIPE/],
  ["udp", `recvmmsg=${EINTR}:1:3,sendmmsg=${EINTR}:1:3`, /^datagram ping\ndatagram pong\n$/],
  ["udp", `recvmmsg=${ENOBUFS}:1:3,sendmmsg=${EAGAIN}:1:3`, /^datagram ping\ndatagram pong\n$/],
];

describe("system calls that fail", { skip, concurrency: 2 }, () => {
  for (const [kind, faults, expected] of CASES) {
    test(`${kind}: ${faults}`, async () => assert.match(await faulty(kind, faults), expected));
  }
});
