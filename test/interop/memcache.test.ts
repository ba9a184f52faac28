/** Our client with the real memcached. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { MemCacheProtocol } from "../../src/memcache/mem-cache-protocol.ts";
import type { MemCacheOptions } from "../../src/memcache/mem-cache-protocol.ts";
import { ClientError, NoSuchCommand, ServerError, ValueTooLarge } from "../../src/memcache/wire/errors.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { running, until } from "../conformance/running.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const memcached = peer("memcached");
const HOST = "127.0.0.1";
const onEpoll = process.env["HAWSER_REACTOR"] === "epoll";

/** Runs `body` with a memcached of its own, and connections to it. */
async function withServer(
  args: readonly string[],
  body: (connect: (options?: MemCacheOptions) => PromiseLike<MemCacheProtocol>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  const portFile = join(folder, "port");
  const options = ["-p", "-1", "-U", "0", "-l", HOST, "-u", userInfo().username, "-t", "1", ...args];
  const server = spawn(memcached.command, options, {
    env: { ...process.env, MEMCACHED_PORT_FILENAME: portFile },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => server.on("close", resolve));
  try {
    // The file gets its name when it is written.
    await until(() => existsSync(portFile) || server.exitCode !== null, "memcached");
    const port = Number(/TCP INET: (\d+)/.exec(readFileSync(portFile, "utf8"))![1]);
    await running(
      () => (onEpoll ? new EpollReactor() : new NodeReactor()),
      (reactor) =>
        body((clientOptions) =>
          connectProtocol(new TCP4ClientEndpoint(reactor, HOST, port), new MemCacheProtocol(reactor, clientOptions)),
        ),
    );
  } finally {
    server.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

describe("MemCacheProtocol with memcached", { skip: memcached.skip }, () => {
  test("all commands", async () => {
    await withServer([], async (connect) => {
      const cache = await connect();
      assert.match(await cache.version(), /^1\./);
      assert.equal(await cache.set("k", "v", { flags: 2 ** 32 - 1 }), true);
      assert.deepEqual(await cache.get("k"), { flags: 2 ** 32 - 1, value: Buffer.from("v") });
      assert.deepEqual(await cache.get("nothing"), { flags: 0, value: undefined });
      assert.deepEqual([await cache.add("k", "w"), await cache.add("l", "w")], [false, true]);
      assert.deepEqual([await cache.replace("k", "x"), await cache.replace("m", "x")], [true, false]);
      assert.deepEqual([await cache.append("k", "y"), await cache.append("m", "y")], [true, false]);
      assert.deepEqual([await cache.prepend("k", "w"), await cache.prepend("m", "w")], [true, false]);
      assert.equal((await cache.get("k")).value?.toString(), "wxy");

      const { cas, value } = await cache.get("k", { withIdentifier: true });
      assert.equal(value?.toString(), "wxy");
      assert.deepEqual([await cache.checkAndSet("k", "z", cas), await cache.checkAndSet("k", "z", cas)], [true, false]);
      assert.equal(await cache.checkAndSet("nothing", "z", cas), false);
      const many = await cache.getMultiple(["k", "nothing", "l"], { withIdentifier: true });
      assert.deepEqual(
        [...many.values()].map((one) => one.value?.toString()),
        ["z", undefined, "w"],
      );
      assert.ok(many.get("k")!.cas !== cas && many.get("nothing")!.cas === "");

      await cache.set("n", "9007199254740991");
      assert.equal(await cache.decrement("n", 90), 9_007_199_254_740_901);
      assert.equal(await cache.increment("n", 2n ** 60n), 1_161_928_703_861_587_877n);
      await assert.rejects(cache.increment("n").toPromise(), RangeError);
      assert.equal(await cache.decrement("n", 2n ** 64n - 1n), 0n);
      assert.deepEqual([await cache.increment("nothing"), await cache.decrement("nothing")], [false, false]);
      await assert.rejects(cache.increment("k").toPromise(), ClientError);

      assert.deepEqual([await cache.delete("k"), await cache.delete("k")], [true, false]);
      await cache.set("gone", "v", { expireTime: -1 });
      assert.equal((await cache.get("gone")).value, undefined);
      assert.equal((await cache.stats()).get("threads"), "1");
      assert.equal((await cache.stats("reset")).size, 0);
      assert.ok((await cache.stats("settings")).get("maxbytes"));
      assert.ok([...(await cache.stats("items")).keys()].every((name) => name.startsWith("items:")));
      await assert.rejects(cache.getMultiple([]).toPromise(), NoSuchCommand);
      assert.equal(await cache.flushAll(), true);
      assert.equal((await cache.get("l")).value, undefined);
    });
  });

  test("keys and values of all bytes, the longest of both, and what is too long", async () => {
    await withServer([], async (connect) => {
      const cache = await connect();
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      const key = Buffer.concat([bytes.subarray(0x21, 0x7f), bytes.subarray(0x80)]);
      assert.equal(await cache.set(key, bytes), true);
      assert.deepEqual((await cache.get(key)).value, bytes);
      const long = "é".repeat(125);
      for (const length of [0, 1, 8191, 8192, 70_000, 1_040_000]) {
        const value = Buffer.alloc(length, "0123456789\r\n");
        assert.equal(await cache.set(long, value), true);
        assert.ok((await cache.get(long)).value?.equals(value), String(length));
      }
      await assert.rejects(cache.set(long, Buffer.alloc(2 ** 20)).toPromise(), ServerError);
      assert.match(await cache.version(), /^1\./, "the connection goes on");
    });
  });

  test("ten thousand commands at once, each with its own answer", async () => {
    await withServer([], async (connect) => {
      const cache = await connect();
      const sets = Array.from({ length: 10_000 }, (_, n) => cache.set(`k${n}`, `v${n}`));
      const gets = Array.from({ length: 10_000 }, (_, n) => cache.get(`k${n}`));
      for (const set of sets) assert.equal(await set, true);
      for (const [n, get] of gets.entries()) assert.equal((await get).value?.toString(), `v${n}`);
      const keys = Array.from({ length: 10_000 }, (_, n) => `k${n}`);
      const all = await cache.getMultiple(keys);
      for (const [n, key] of keys.entries()) assert.equal(all.get(key)?.value?.toString(), `v${n}`);
    });
  });

  test("a value beyond our limit ends the connection, and what waits", async () => {
    await withServer(["-I", "4m"], async (connect) => {
      const cache = await connect();
      await cache.set("large", Buffer.alloc(3_000_000));
      const [get, version] = [cache.get("large"), cache.version()];
      await assert.rejects(get.toPromise(), ValueTooLarge);
      await assert.rejects(version.toPromise(), ValueTooLarge);
      const other = await connect({ maxValueLength: 4_000_000 });
      assert.equal((await other.get("large")).value?.length, 3_000_000);
    });
  });
});
