/** The programs of `examples/threads/`, run as a user runs them. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { Program } from "../support/program.ts";

/** Checks that a program ends well and prints `lines`, and nothing on standard error. */
async function prints(path: string, args: readonly string[], lines: readonly string[]): Promise<void> {
  const program = await Program.run(`examples/threads/${path}`, args);
  assert.equal(program.stderr, "");
  assert.deepEqual(program.stdout.split("\n"), [...lines, ""]);
  assert.equal(program.process.exitCode, 0);
}

describe("examples/threads", () => {
  test("call-in-thread, blocks a thread and not the reactor", async () => {
    await prints("call-in-thread", ["0.05"], ["The reactor runs", "0.05 seconds have passed"]);
  });

  test("defer-to-thread, prints the result, and ends what has no end", async () => {
    await prints(
      "defer-to-thread",
      [],
      ["There are 9592 primes up to 100000", "Without end: The Deferred had no result after 0.05 seconds"],
    );
  });

  test("blocking-call, gets the answer of the reactor, or the error", async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/" ? 200 : 404;
      response.setHeader("connection", "close").end("a page");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await prints("blocking-call", [url], ["the running reactor got a page"]);
      await prints("blocking-call", [`${url}/absent`], ["no page: 404 Not Found"]);
    } finally {
      server.close();
    }
  });

  test("pool-size, is the most threads that work", async () => {
    await prints("pool-size", [], ["30 calls by 3 threads"]);
  });
});
