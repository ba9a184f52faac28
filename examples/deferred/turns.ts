/** Who may go on, and when: a lock, a semaphore and a queue for event-driven code. */
import { Deferred, DeferredLock, DeferredQueue, DeferredSemaphore, gatherResults } from "hawser/deferred";

// A lock: the second writer gets it as soon as the first has released it, and that is before the first hears that all is done.
const lock = new DeferredLock();
const disk = new Deferred<void>();
lock
  .run(() => {
    console.log("The first writes");
    return disk;
  })
  .addCallback(() => console.log("The first is done"));
void lock.run(() => console.log("The second writes"));
disk.callback();

// A semaphore: five jobs, never more than two at a time.
const two = new DeferredSemaphore(2);
let running = 0;
let most = 0;
const jobs = [1, 2, 3, 4, 5].map((job) =>
  two.run(async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return job * job;
  }),
);
console.log("The squares are", await gatherResults(jobs), "and at most", most, "ran at a time");

// A queue: consumers ask before there is anything.
const queue = new DeferredQueue<string>({ size: 1 });
for (const consumer of ["Ann", "Bob"]) queue.get().addCallback((line) => console.log(`${consumer} reads "${line}"`));
queue.put("first line");
queue.put("second line");
queue.put("third line");
try {
  queue.put("fourth line");
} catch (error) {
  console.log(`${(error as Error).name}: ${(error as Error).message}`);
}
