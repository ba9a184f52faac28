/** Starts the program of a service, and keeps the books until it has ended. */
import type { Failure } from "../deferred/failure.ts";
import { ProcessDone, ProcessExitedAlready, ProcessNotStarted } from "../process/errors.ts";
import type { ChildFD } from "../process/spawn-options.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import { childIdentity } from "./child-identity.ts";
import type { Surroundings } from "./surroundings.ts";
import { titleOf } from "./wire/inetd-entry.ts";
import type { ProgramEntry } from "./wire/inetd-entry.ts";

/** A protocol that knows its process from the moment that this is started. */
export interface ProgramProtocol extends ProcessProtocolLike {
  readonly transport: ProcessTransport;
}

export interface ProgramStart<P extends ProgramProtocol> {
  /** Whom it serves, where that is known. */
  readonly peer: string;
  readonly childFDs: Readonly<Record<number, ChildFD>>;
  /** Makes the protocol; that calls `ended` when the process has ended, or could not be started. */
  readonly protocol: (ended: (reason: Failure) => void) => P;
  /** Called when the process has ended. */
  readonly ended: () => void;
}

/** Starts it. Where it cannot even be tried, that is logged, `ended` is called, and the answer is `undefined`. */
export function startProgram<P extends ProgramProtocol>(
  entry: ProgramEntry,
  around: Surroundings,
  { peer, childFDs, protocol: makeProtocol, ended }: ProgramStart<P>,
): P | undefined {
  const { log, sessions, reactor } = around;
  const service = titleOf(entry);
  let pid: number | null = null;
  const protocol = makeProtocol((reason) => {
    sessions.connectionLost(session);
    const told = { service, pid, reason: reason.getErrorMessage() };
    if (reason.check(ProcessNotStarted) !== null) log.error("{service}: {reason}", told);
    else if (reason.check(ProcessDone) !== null) log.info("{service}: process {pid} has ended", told);
    else log.warn("{service}: process {pid} has ended: {reason}", told);
    ended();
  });
  const session = { protocol, transport: new EndableProcess(protocol) };
  sessions.connectionMade(session);
  try {
    const { uid, gid } = childIdentity(entry, around.accounts);
    const env = peer === "" ? around.env : { ...around.env, REMOTE_HOST: peer };
    ({ pid } = reactor.spawnProcess(protocol, entry.program, entry.args, { env, uid, gid, childFDs }));
    if (pid !== null)
      log.info("{service}: process {pid} serves {peer}", { service, pid, peer: peer || "whoever comes" });
    return protocol;
  } catch (error) {
    sessions.connectionLost(session);
    log.failure("{service} cannot start its program", error, { service });
    ended();
    return undefined;
  }
}

/** A process, as something that is asked to close and then made to. */
class EndableProcess {
  readonly #protocol: ProgramProtocol;

  constructor(protocol: ProgramProtocol) {
    this.#protocol = protocol;
  }

  loseConnection(): void {
    terminate(this.#protocol.transport);
  }

  abortConnection(): void {
    this.#protocol.transport.abortConnection();
  }
}

/** Tells a process to end, if it is there. */
export function terminate(transport: ProcessTransport): void {
  try {
    transport.signalProcess("TERM");
  } catch (error) {
    if (!(error instanceof ProcessExitedAlready)) throw error;
  }
}
