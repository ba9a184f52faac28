/** The client of memcached on the epoll reactor, with the real server. */
import { describe, test } from "node:test";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";

if (loadNativeCore() === null) {
  test("memcache on the epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  process.env["HAWSER_REACTOR"] = "epoll";
  describe("on the epoll reactor", async () => {
    await import("./memcache.test.ts");
  });
}
