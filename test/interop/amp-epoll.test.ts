/** AMP on the epoll reactor, with Twisted at the other end. */
import { describe, test } from "node:test";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";

if (loadNativeCore() === null) {
  test("AMP on the epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  process.env["HAWSER_REACTOR"] = "epoll";
  describe("on the epoll reactor", async () => {
    await import("./amp.test.ts");
  });
}
