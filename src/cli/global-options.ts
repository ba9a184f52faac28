/** The options of the command itself, which every service has as well. */
import type { LogLevelName } from "../logger/log-level.ts";
import type { Option } from "./option.ts";

/** What is asked for instead of a service. */
export const QUESTIONS: Readonly<Record<"help" | "version" | "list", Option>> = {
  help: { type: "flag", short: "h", help: "say how it is used, and nothing else" },
  version: { type: "flag", short: "V", help: "say which version this is, and nothing else" },
  list: { type: "flag", help: "say which services there are, and where they come from" },
};

/** The values of `RUN_OPTIONS`. */
export interface RunOptions {
  readonly reactor: "epoll" | "node" | undefined;
  readonly "log-level": LogLevelName;
  readonly "log-format": "text" | "json";
  readonly "log-file": string | undefined;
  readonly chdir: string | undefined;
  readonly umask: number | undefined;
  readonly pidfile: string | undefined;
  readonly uid: string | undefined;
  readonly gid: string | undefined;
  readonly stats: boolean;
  readonly workers: number | undefined;
}

/** How a service is run. */
export const RUN_OPTIONS: Readonly<Record<keyof RunOptions, Option>> = {
  reactor: {
    type: "choice",
    choices: ["epoll", "node"],
    help: "which reactor waits for events (default: epoll where it can)",
  },
  "log-level": {
    type: "choice",
    choices: ["debug", "info", "warn", "error", "critical"],
    default: "info",
    help: "the least that is logged",
  },
  "log-format": { type: "choice", choices: ["text", "json"], default: "text", help: "how it is logged" },
  "log-file": { type: "path", help: "where it is logged, opened again on SIGHUP (default: standard error)" },
  chdir: { type: "path", help: "go there first; all other paths start from there" },
  pidfile: { type: "path", help: "where the number of the process is written; what another process has is an error" },
  uid: { type: "text", value: "USER", help: "who to become when the ports are open: a name or a number" },
  gid: { type: "text", value: "GROUP", help: "the group to become: a name or a number" },
  stats: { type: "flag", help: "show connections, bytes a second and the lag of the loop" },
  workers: {
    type: "integer",
    min: 1,
    max: 1000,
    help: "in how many processes it runs, which share its ports; SIGHUP replaces them one by one",
  },
  umask: { type: "mode", help: "which permissions new files do not get" },
};

/** What a service that listens has besides. */
export const LISTEN_OPTIONS: Readonly<Record<"listen" | "drain", Option>> = {
  listen: {
    type: "endpoint",
    short: "l",
    repeatable: true,
    help: "where to listen, such as tcp:8080; may be given again",
  },
  drain: {
    type: "number",
    value: "SECONDS",
    default: 10,
    help: "how long connections may go on when it is told to stop, before they are closed",
  },
};
