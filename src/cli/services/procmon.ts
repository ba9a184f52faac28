/** The service `procmon`. */
import { basename } from "node:path";
import { CommandError } from "../errors.ts";
import { defineService } from "../service-maker.ts";
import type { ServiceMaker } from "../service-maker.ts";

export const procmon: ServiceMaker = defineService({
  name: "procmon",
  summary: "Keeps a process running, and logs what it writes",
  example: {
    command: "hawser procmon --log-file worker.log -- /usr/bin/worker --queue mail",
    does: "runs the worker, and starts it again whenever it ends",
  },
  rest: "PROGRAM ARGUMENT ...",
  options: {
    threshold: { type: "number", default: 1, help: "the seconds it must live to be started again at once" },
    "kill-time": { type: "number", default: 5, help: "the seconds it gets to end by itself before it is killed" },
    "min-restart-delay": { type: "number", default: 1, help: "the seconds to wait after a first short life" },
    "max-restart-delay": { type: "number", default: 3600, help: "the most seconds to wait" },
  },
  make: async (options, context) => {
    const program = context.rest[0];
    if (program === undefined) throw new CommandError("PROGRAM is missing, expected the path of a program behind a --");
    const { ProcessMonitor } = await import("../../application/process-monitor.ts");
    const monitor = new ProcessMonitor(context.reactor);
    monitor.threshold = options.threshold;
    monitor.killTime = options["kill-time"];
    monitor.minRestartDelay = options["min-restart-delay"];
    monitor.maxRestartDelay = options["max-restart-delay"];
    monitor.log = context.log;
    monitor.addProcess(basename(program), context.rest, { env: null });
    return monitor;
  },
});
