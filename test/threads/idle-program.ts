/**
 * A program that uses a pool and does not stop it: it ends by itself, when all results are there. Argument: `"leave"` stops the pool while
 * there is output that nobody has read.
 */
import { ThreadPool } from "../../src/threads/thread-pool.ts";

const pool = new ThreadPool(1, 2);
pool.start();
const show = (_: boolean, result: unknown): void => console.log(result);

if (process.argv[2] === "leave") {
  pool.callInThread(() => {
    for (let n = 0; n < 500; n++) console.log(`line ${n} ${"x".repeat(200)}`);
    setInterval(() => {}, 1000);
  });
  await pool.stop();
  console.log("stopped");
} else {
  pool.callInThreadWithCallback(show, (n: number) => n + 1, 41);
  pool.callInThreadWithCallback(show, () => new Promise<string>((resolve) => setTimeout(resolve, 20, "later")));
}
