/** What `--list` shows. */
import type { Style } from "./terminal.ts";

export interface ListedService {
  readonly name: string;
  readonly summary: string;
  readonly origin: string;
}

/** A line for each service: its name, what it does, and where it comes from, in columns or with tabs between them. */
export function listText(services: readonly ListedService[], style: Style, isTable: boolean): string {
  const name = Math.max(...services.map((service) => service.name.length));
  const summary = Math.max(...services.map((service) => service.summary.length));
  const line = (service: ListedService): string =>
    isTable
      ? `${style.bold(service.name.padEnd(name))}  ${service.summary.padEnd(summary)}  ${service.origin}`
      : [service.name, service.summary, service.origin].join("\t");
  return services.map((service) => `${line(service)}\n`).join("");
}
