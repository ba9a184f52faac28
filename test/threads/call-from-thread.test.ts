/** What is refused; what is called is in the conformance suite. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { InvalidStateError } from "../../src/errors.ts";
import { blockingCallFromThread, callFromThread } from "../../src/threads/call-from-thread.ts";
import { deferToThreadPool } from "../../src/threads/defer-to-thread.ts";
import type * as threads from "../../src/threads/index.ts";
import { ThreadPool } from "../../src/threads/thread-pool.ts";

test("blockingCallFromThread and callFromThread, in the main thread, are refused: it would wait for itself", () => {
  assert.throws(() => blockingCallFromThread(() => 1), {
    name: InvalidStateError.name,
    message:
      "Cannot block this thread for a call into the reactor's: this is the main thread, expected a worker of a thread pool",
  });
  assert.throws(() => callFromThread(() => 1), /^InvalidStateError: Cannot call from this thread into the reactor's: /);
});

test("callFromThread, in a thread that no pool has made, is refused", async () => {
  const source = `import(${JSON.stringify(new URL("../../src/threads/call-from-thread.js", import.meta.url).href)})
    .then(({ callFromThread }) => callFromThread(() => {}))`;
  const worker = new Worker(source, { eval: true });
  const error = await new Promise<Error>((resolve) => worker.on("error", resolve));
  assert.match(error.message, /no thread pool has made this thread, expected a worker of a thread pool$/);
});

test("callFromThread, of what cannot be copied or called there, is refused", async () => {
  const pool = new ThreadPool(0, 1);
  pool.start();
  const texts = await deferToThreadPool({ running: true }, pool, async () => {
    const { callFromThread: call }: typeof threads = await import("hawser/threads");
    return [
      () =>
        call(
          (_, f: unknown) => f,
          () => {},
        ),
      () => call(console.log),
    ].map((f) => {
      try {
        return f();
      } catch (error) {
        return String(error);
      }
    });
  });
  assert.match(texts[0] ?? "", /^ThreadDataError: Cannot send the arguments of anonymous to the reactor's thread: /);
  assert.match(texts[1] ?? "", /^ThreadFunctionError: Cannot run log in another thread: /);
  await pool.stop();
});
