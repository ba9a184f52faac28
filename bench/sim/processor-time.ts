/** How long a piece of work keeps the processor, all threads included. */

/** Seconds of the processor that `work` takes. */
export async function processorSeconds(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
