/**
 * Sends Hawser's log events to pino, for programs that log with pino already.
 *
 *     import pino from "pino";
 *     globalLogBeginner.beginLoggingTo([pinoLogObserver(pino())]);
 *
 * The bridge knows pino by its shape, so it takes child loggers and look-alikes as well. Here it runs with a stand-in that writes pino's
 * JSON lines.
 */
import assert from "node:assert/strict";
import type { LogEvent, LogLevelName, LogObserver } from "hawser/logger";
import { LogLevel, Logger, formatEvent, globalLogBeginner, severitiesChanged } from "hawser/logger";

/** What the bridge uses of pino. */
export interface PinoLike {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
  isLevelEnabled(level: string): boolean;
}

type PinoLevel = Exclude<keyof PinoLike, "isLevelEnabled">;

const PINO_LEVELS: Record<LogLevelName, PinoLevel> = {
  debug: "debug",
  info: "info",
  warn: "warn",
  error: "error",
  critical: "fatal",
};

/**
 * An observer that logs through `pino`. Events that pino would drop are not even made; a program that changes `pino.level` later
 * calls `severitiesChanged()` after it.
 */
export function pinoLogObserver(pino: PinoLike): LogObserver {
  const observer = (event: LogEvent): void => {
    const level = PINO_LEVELS[event.logLevel?.name ?? "info"];
    pino[level](fieldsOf(event), formatEvent(event));
  };
  const lowestSeverity = (): number =>
    LogLevel.iterconstants().find(({ name }) => pino.isLevelEnabled(PINO_LEVELS[name]))?.severity ?? Infinity;
  return Object.assign(observer, { lowestSeverity });
}

/** The caller's fields, and of the system's what pino has a place for: `err` is what its error serializer looks for. */
function fieldsOf(event: LogEvent): object {
  const own = Object.entries(event).filter(([key]) => !/^log[A-Z]/.test(key));
  const { logNamespace: name, logFailure: failure } = event;
  return { name, ...Object.fromEntries(own), ...(failure && { err: failure.value }) };
}

/** Writes what pino would write, to a list. */
class PinoStandIn implements PinoLike {
  static readonly values: Record<PinoLevel, number> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };
  readonly lines: string[] = [];
  level: PinoLevel = "info";

  debug = this.#method("debug");
  info = this.#method("info");
  warn = this.#method("warn");
  error = this.#method("error");
  fatal = this.#method("fatal");

  isLevelEnabled(level: PinoLevel): boolean {
    return PinoStandIn.values[level] >= PinoStandIn.values[this.level];
  }

  #method(level: PinoLevel): (fields: object, message: string) => void {
    return (fields, msg) => {
      if (!this.isLevelEnabled(level)) return;
      const plain = "err" in fields && fields.err instanceof Error ? { ...fields, err: fields.err.message } : fields;
      this.lines.push(JSON.stringify({ level: PinoStandIn.values[level], ...plain, msg }));
    };
  }
}

const pino = new PinoStandIn();
const log = new Logger({ namespace: "example.shop" });
log.info("Opened at {hour}", { hour: 9 }); // before the program has said where its log goes: kept until then

globalLogBeginner.beginLoggingTo([pinoLogObserver(pino)]);
log.debug("nobody wants to know");
log.warn("Only {count} {what} left", { count: 3, what: "apples" });
log.failure("While selling {what}", new RangeError("none left"), { what: "pears" });

pino.level = "debug";
severitiesChanged();
log.debug("now somebody does");

for (const line of pino.lines) console.log(line);
assert.deepEqual(pino.lines, [
  '{"level":30,"name":"example.shop","hour":9,"msg":"Opened at 9"}',
  '{"level":40,"name":"example.shop","count":3,"what":"apples","msg":"Only 3 apples left"}',
  '{"level":60,"name":"example.shop","what":"pears","err":"none left","msg":"While selling pears"}',
  '{"level":20,"name":"example.shop","msg":"now somebody does"}',
]);
