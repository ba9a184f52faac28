/** For the servers: starts the load, and prints how many datagrams were echoed per second of this process's processor time. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { report } from "../lib/measure.ts";

const SECONDS: number = Number(process.env["BENCH_SECONDS"] ?? "1");

/** Measures when the load has been on for a third of the time, and ends the process. */
export function measureEcho(port: number, echoed: () => number): void {
  const generator = fileURLToPath(new URL("./generator.js", import.meta.url));
  const load = spawn(process.execPath, [generator, String(port), process.argv[2]!], { stdio: "inherit" });
  setTimeout(
    () => {
      const before = echoed();
      const start = process.cpuUsage();
      setTimeout(() => {
        const { user, system } = process.cpuUsage(start);
        report({ opsPerSecond: ((echoed() - before) * 1e6) / (user + system) });
        load.kill();
        process.exit();
      }, SECONDS * 1000);
    },
    300 + (SECONDS * 1000) / 3,
  );
}
