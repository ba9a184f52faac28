/** One service of an inetd: it listens, is closed for a while when it is started too often, and takes no more than it may. */
import type { DelayedCallLike } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { maybeDeferred, succeed } from "../deferred/maybe-deferred.ts";
import { NotSupportedByReactorError } from "../reactor/errors.ts";
import { loadNativeCore } from "../reactor/epoll/native-core.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Address } from "../transport/address.ts";
import { Admission } from "./admission.ts";
import { checkEntry } from "./find-problems.ts";
import type { Gate, Listener } from "./listener.ts";
import { internalListener, pipingListener } from "./port-listener.ts";
import { SocketListener } from "./socket-listener.ts";
import type { Surroundings } from "./surroundings.ts";
import { titleOf } from "./wire/inetd-entry.ts";
import type { InetdEntry } from "./wire/inetd-entry.ts";

export class InetdServer implements Gate {
  readonly entry: InetdEntry;
  readonly #around: Surroundings;
  readonly #admission: Admission;
  #listener: Listener | undefined = undefined;
  #reopening: DelayedCallLike | undefined = undefined;
  #isStopped = false;
  /** Whether it was started too often. */
  #isClosedForAWhile = false;
  #address: Address | undefined = undefined;

  constructor(entry: InetdEntry, around: Surroundings) {
    this.entry = entry;
    this.#around = around;
    const { maxPerMinute, maxChildren, maxPerPeer, reactor } = around;
    const limits = { maxPerMinute: entry.maxPerMinute ?? maxPerMinute, maxChildren, maxPerPeer };
    this.#admission = new Admission(this.#isWaitedFor ? { ...limits, maxChildren: 1 } : limits, () =>
      reactor.seconds(),
    );
  }

  /** Where it listens, when it does. */
  get address(): Address | undefined {
    return this.#address;
  }

  /** Fires when it listens; fails with what is wrong. */
  start(): Deferred<void> {
    return maybeDeferred(() => {
      checkEntry(this.entry, this.#around.accounts);
      this.#listener = this.#makeListener();
      return this.#open();
    });
  }

  /** Listens no more; what it has taken goes on. */
  stop(): Deferred<unknown> {
    this.#isStopped = true;
    if (this.#reopening?.active() === true) this.#reopening.cancel();
    return this.#close();
  }

  admits(): boolean {
    // Connections that had been accepted may come after that.
    if (this.#isClosedForAWhile) return false;
    const verdict = this.#admission.next();
    if (verdict === "tooFast") this.#closeForAWhile();
    return verdict === "serve";
  }

  begin(peer: string): boolean {
    const { log } = this.#around;
    const verdict = this.#admission.begin(peer);
    const told = { service: titleOf(this.entry), peer, count: this.#around.maxPerPeer };
    if (verdict === "refused") log.warn("{service}: {peer} is served {count} times already, refusing more", told);
    if (verdict !== "begun") return false;
    if (this.#admission.isFull) {
      this.#listener?.hold();
      if (!this.#isWaitedFor)
        log.warn("{service} is served {count} times, which is all that it may be", {
          service: titleOf(this.entry),
          count: this.#around.maxChildren,
        });
    }
    return true;
  }

  end(peer: string): void {
    const wasFull = this.#admission.isFull;
    this.#admission.end(peer);
    if (wasFull) this.#listener?.release();
  }

  /** Whether there is one program at a time, which has the socket. What this process serves itself has none. */
  get #isWaitedFor(): boolean {
    return this.entry.wait && this.entry.internal === undefined;
  }

  #makeListener(): Listener {
    const { entry } = this;
    if (entry.internal !== undefined) return internalListener(entry, this.#around, this);
    if (handsOver(this.#around.reactor)) return new SocketListener(entry, this.#around, this);
    if (!entry.wait) return pipingListener(entry, this.#around, this);
    const { kind } = this.#around.reactor;
    throw new NotSupportedByReactorError(
      `the ${kind} reactor cannot hand over a socket, expected nowait, or the epoll reactor`,
    );
  }

  #open(): Deferred<void> {
    const { port } = this.entry;
    // One that had a free port has the same again.
    const wanted = port === 0 && this.#address !== undefined && "port" in this.#address ? this.#address.port : port;
    return this.#listener!.open(wanted ?? 0).addCallback((address) => {
      this.#address = address;
    });
  }

  #close(): Deferred<unknown> {
    return this.#listener?.close() ?? succeed();
  }

  #closeForAWhile(): void {
    const { log, closedFor, maxPerMinute } = this.#around;
    log.error("{service} was started {count} times within a minute: it is closed for {seconds} seconds", {
      service: titleOf(this.entry),
      count: this.entry.maxPerMinute ?? maxPerMinute,
      seconds: closedFor,
    });
    this.#isClosedForAWhile = true;
    this.#close().addBoth(() => this.#reopenLater());
  }

  #reopenLater(): void {
    const { log, reactor, closedFor } = this.#around;
    if (this.#isStopped) return;
    const service = titleOf(this.entry);
    this.#reopening = reactor.callLater(closedFor, () => {
      this.#open().addCallbacks(
        () => {
          this.#isClosedForAWhile = false;
          log.info("{service} is open again", { service });
        },
        (failure) => {
          log.failure("{service} cannot be opened again, and is tried later", failure, { service });
          this.#reopenLater();
        },
      );
    });
  }
}

/** Whether programs can get descriptors: sockets need the native core, and watching them a reactor that can. */
function handsOver(reactor: Reactor): boolean {
  if (loadNativeCore() === null) return false;
  const nobody = { fileno: () => -1, doRead() {}, connectionLost() {} };
  try {
    reactor.removeReader(nobody);
    return true;
  } catch (error) {
    if (error instanceof NotSupportedByReactorError) return false;
    throw error;
  }
}
