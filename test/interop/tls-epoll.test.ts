/** Streams of the epoll reactor with programs of others at the other end. */
import { describe, test } from "node:test";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";

if (loadNativeCore() === null) {
  test("interop of the epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  process.env["HAWSER_REACTOR"] = "epoll";
  describe("on the epoll reactor", async () => {
    await import("./tls.test.ts");
  });
}
