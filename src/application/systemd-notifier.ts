/**
 * Telling systemd how the program is (`sd_notify(3)`): datagrams to the socket that `NOTIFY_SOCKET` names.
 *
 * Only the epoll reactor has UNIX datagrams. On others the command `systemd-notify` sends them; for that, the unit must say `NotifyAccess=all`.
 */
import { LoopingCall } from "../clock/looping-call.ts";
import { Logger } from "../logger/logger.ts";
import { ConnectedDatagramProtocol } from "../protocol/datagram-protocol.ts";
import type { Failure } from "../deferred/failure.ts";
import { ProcessDone } from "../process/errors.ts";
import { NotSupportedByReactorError } from "../reactor/errors.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { UNIXAddress } from "../transport/address.ts";
import type { UNIXDatagramTransport } from "../transport/transport.ts";
import { EndTeller } from "./end-teller.ts";

const log = new Logger({ namespace: "hawser.application.systemd" });

/** What is said to systemd: variables and their values. */
export type NotifyState = Readonly<Record<string, string | number>>;

const MICROSECONDS = 1e6;
const COMMAND = "systemd-notify";

/**
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * const systemd = SystemdNotifier.fromEnvironment(new MemoryReactor(), {});
 * systemd?.ready("Serving");
 * assert.equal(systemd, undefined);
 */
export class SystemdNotifier {
  /** The seconds within which systemd wants a sign of life, where it wants one. */
  readonly watchdogSeconds: number | undefined;
  readonly #reactor: Reactor;
  readonly #path: string;
  #transport: UNIXDatagramTransport | undefined = undefined;
  #usesCommand = false;
  /** What the command is to say: the first is being said. */
  readonly #waiting: (readonly string[])[] = [];
  #watchdog: LoopingCall | undefined = undefined;

  /** @param path that of the socket; `@` in front stands for the abstract ones */
  constructor(reactor: Reactor, path: string, watchdogSeconds?: number) {
    this.#reactor = reactor;
    this.#path = path;
    this.watchdogSeconds = watchdogSeconds;
  }

  /**
   * One for the socket that `environment` names; `undefined` where it names none, and the program was not started by systemd. The variables are taken out, so
   * that no child says anything in the name of this process.
   */
  static fromEnvironment(
    reactor: Reactor,
    environment: Record<string, string | undefined> = process.env,
  ): SystemdNotifier | undefined {
    const { NOTIFY_SOCKET: path, WATCHDOG_USEC: usec = "", WATCHDOG_PID: pid } = environment;
    delete environment["NOTIFY_SOCKET"];
    delete environment["WATCHDOG_USEC"];
    delete environment["WATCHDOG_PID"];
    if (path === undefined || !/^[/@]./.test(path)) return undefined;
    const isMeant = pid === undefined || pid === String(process.pid);
    const seconds = isMeant && /^[1-9]\d{0,15}$/.test(usec) ? Number(usec) / MICROSECONDS : undefined;
    return new SystemdNotifier(reactor, path, seconds);
  }

  /** The program is up. `status` is shown by `systemctl status`. */
  ready(status?: string): void {
    this.notify({ READY: 1, ...(status === undefined ? {} : { STATUS: status }) });
  }

  /** The program is about to end. */
  stopping(status?: string): void {
    this.notify({ STOPPING: 1, ...(status === undefined ? {} : { STATUS: status }) });
  }

  status(text: string): void {
    this.notify({ STATUS: text });
  }

  /** A sign of life. */
  watchdog(): void {
    this.notify({ WATCHDOG: 1 });
  }

  /** Gives a sign of life twice as often as systemd wants one, as long as the reactor's turns come; nothing happens where it wants none. */
  startWatchdog(): void {
    if (this.watchdogSeconds === undefined || this.#watchdog !== undefined) return;
    this.#watchdog = new LoopingCall(() => this.watchdog());
    this.#watchdog.clock = this.#reactor;
    this.#watchdog
      .start(this.watchdogSeconds / 2)
      .addErrback((failure) => log.failure("The signs of life for systemd have ended", failure));
  }

  /** Says something. Line breaks in values become spaces, for each line is a variable. */
  notify(state: NotifyState): void {
    const lines = Object.entries(state).map(([name, value]) => `${name}=${String(value).replaceAll(/[\r\n]+/g, " ")}`);
    if (!this.#usesCommand) {
      try {
        this.#send(lines.join("\n"));
        return;
      } catch (error) {
        if (!(error instanceof NotSupportedByReactorError)) {
          log.failure("Telling systemd {lines} failed", error, { lines });
          return;
        }
        this.#usesCommand = true;
      }
    }
    this.#waiting.push(lines);
    if (this.#waiting.length === 1) this.#runNext();
  }

  /** Says nothing more. */
  close(): void {
    if (this.#watchdog?.running === true) this.#watchdog.stop();
    this.#watchdog = undefined;
    this.#transport?.loseConnection();
    this.#transport = undefined;
  }

  #send(text: string): void {
    this.#transport ??= this.#reactor.connectUNIXDatagram(this.#path.replace(/^@/, "\0"), new NotifyProtocol());
    this.#transport.write(text);
  }

  /** One at a time, so that they come in order. */
  #runNext(): void {
    const [lines] = this.#waiting;
    if (lines === undefined) return;
    const env = { PATH: process.env["PATH"], NOTIFY_SOCKET: this.#path };
    const protocol = new EndTeller((reason) => {
      if (reason.check(ProcessDone) === null)
        log.failure("Telling systemd {lines} with systemd-notify failed", reason, { lines });
      this.#waiting.shift();
      this.#runNext();
    });
    this.#reactor.spawnProcess(protocol, COMMAND, [COMMAND, ...lines], { env });
  }
}

class NotifyProtocol extends ConnectedDatagramProtocol<UNIXDatagramTransport, UNIXAddress> {
  override noisy = false;

  override connectionFailed(failure: Failure): void {
    log.failure("The socket of systemd cannot be reached", failure);
  }
}
