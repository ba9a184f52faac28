/** Runs a service as a program. */
import { DEFAULT_DRAIN } from "../application/drain.ts";
import type { Startable } from "../application/program-life.ts";
import type { StreamServerEndpoint } from "../endpoint/endpoint.ts";
import { Logger } from "../logger/logger.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import { reactor } from "../reactor/global-reactor.ts";
import type { Address } from "../transport/address.ts";
import { addressText } from "./address-text.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import type { RunOptions } from "./global-options.ts";
import { Listener } from "./listener.ts";
import type { WrittenEndpoint } from "./listener.ts";
import type { OptionValues } from "./option.ts";
import { hasWorkers, isWorker, runPlan } from "./run-plan.ts";
import type { Surroundings } from "./run-plan.ts";
import type { ServiceMaker } from "./service-maker.ts";

/** Runs the service of `maker` until it is stopped. */
export async function runService(
  maker: ServiceMaker,
  values: OptionValues,
  rest: readonly string[],
  run: RunOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const { name } = maker;
  const texts = (values["listen"] ?? []) as readonly string[];
  const opened = (address: Address): void => void around.stdout.write(`${listeningText(maker, address)}\n`);
  const folder = process.cwd();
  return runPlan(run, around, name, async () => {
    const drain = values["drain"] as number;
    if (hasWorkers(run)) {
      const { planWorkers } = await import("./run-workers.ts");
      return planWorkers(name, { workers: run.workers!, argv: around.argv, listen: texts, drain, folder, opened });
    }
    const endpoints = await readEndpoints(texts, name);
    const steps = DEFAULT_DRAIN.map((step) => (step.do === "finish" ? { ...step, seconds: drain } : step));
    const log = new Logger({ namespace: `hawser.${name}` });
    const listen = (factory: FactoryLike): Startable =>
      new Listener(endpoints, factory, {
        clock: reactor,
        steps,
        // Of workers the group says it, once.
        opened: isWorker() ? () => {} : opened,
      });
    return { make: () => maker.make(values, { reactor, log, endpoints: texts, rest, listen }) };
  });
}

/** What is said of a service that listens. */
export function listeningText(maker: ServiceMaker, address: Address): string {
  return maker.listening?.(address) ?? `${maker.name} listens on ${addressText(address)}`;
}

async function readEndpoints(texts: readonly string[], name: string): Promise<WrittenEndpoint[]> {
  const endpoints: WrittenEndpoint[] = [];
  for (const text of texts) {
    try {
      endpoints.push({ text, endpoint: await readEndpoint(text) });
    } catch (error) {
      throw new CommandError(`${name}: --listen: ${(error as Error).message}`, ExitCode.wrongUse, { cause: error });
    }
  }
  return endpoints;
}

/** The parsers of all kinds load TLS and more, which takes longer than all the rest: the usual kinds are read without them. */
async function readEndpoint(text: string): Promise<StreamServerEndpoint> {
  if (isWorker()) {
    const { sharedServerFromString } = await import("../application/shared-server-from-string.ts");
    return sharedServerFromString(reactor, text);
  }
  if (/^tcp6?:/.test(text)) {
    const [{ EndpointDescription }, { parseTCP, parseTCP6 }] = await Promise.all([
      import("../endpoint/description.ts"),
      import("../endpoint/tcp-strings.ts"),
    ]);
    return (text.startsWith("tcp:") ? parseTCP : parseTCP6)(reactor, new EndpointDescription(text));
  }
  const { serverFromString } = await import("../endpoint/server-from-string.ts");
  return serverFromString(reactor, text);
}
