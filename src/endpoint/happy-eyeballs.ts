/**
 * Happy eyeballs (RFC 8305): one connection out of many addresses, as soon as one of them answers.
 *
 * Addresses come in while the name is being resolved. The attempts begin with the preferred family, at the latest when the
 * resolution delay is over, then the families alternate. An attempt has a head start of the attempt delay before the next one begins
 * beside it; when one fails, the next begins at once. The first connection wins, and the other attempts are cancelled.
 */
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { IPv6Address } from "../transport/address.ts";
import type { HostnameAddress, InternetAddress } from "../transport/address.ts";
import { ConnectError, TimeoutError } from "../transport/errors.ts";
import type { HostResolution, ResolutionReceiver } from "./name-resolver.ts";
import { noAddress } from "./resolve-first.ts";
import { cancelled } from "./wrapping-factory.ts";

export type AddressFamily = "ipv4" | "ipv6";

/** When the attempts begin; all in seconds. */
export interface HappyEyeballsTiming {
  /** How long all of it may take. */
  readonly timeout: number;
  /** The head start of an attempt before the next one begins beside it. */
  readonly attemptDelay: number;
  /** How long the first address of the other family waits for one of the preferred family. */
  readonly resolutionDelay: number;
  /** The preferred family. */
  readonly firstFamily: AddressFamily;
}

/** Is told of addresses, and connects to one of them. */
export class HappyEyeballs<T> implements ResolutionReceiver {
  /** Fires with the first connection; cancelling it ends everything. */
  readonly winner: Deferred<T> = new Deferred<T>((deferred, cause) => {
    this.#finish();
    deferred.errback(cancelled(this.#target, cause));
  });

  readonly #target: HostnameAddress;
  readonly #clock: ReactorTime;
  readonly #timing: HappyEyeballsTiming;
  readonly #connect: (address: InternetAddress) => Deferred<T>;

  /** `"beginning"` while attempts are being begun: one that fails on the spot makes no other begin within it. */
  #state: "waiting" | "beginning" | "racing" | "over" = "waiting";
  #resolution: HostResolution | undefined = undefined;
  #isResolved = false;
  readonly #untried: Record<AddressFamily, InternetAddress[]> = { ipv4: [], ipv6: [] };
  #nextFamily: AddressFamily;
  readonly #pending: Set<Deferred<T>> = new Set();
  #lastFailure: Failure | undefined = undefined;
  /** The resolution delay, then the attempt delay of the youngest attempt; `undefined` where nothing needs to be waited for. */
  #delay: DelayedCallLike | undefined = undefined;
  readonly #timeout: DelayedCallLike;

  /**
   * @param connect begins an attempt
   */
  constructor(
    target: HostnameAddress,
    clock: ReactorTime,
    timing: HappyEyeballsTiming,
    connect: (address: InternetAddress) => Deferred<T>,
  ) {
    this.#target = target;
    this.#clock = clock;
    this.#timing = timing;
    this.#connect = connect;
    this.#nextFamily = timing.firstFamily;
    this.#timeout = clock.callLater(timing.timeout, () => this.#timedOut());
  }

  resolutionBegan(resolution: HostResolution): void {
    this.#resolution = resolution;
  }

  addressResolved(address: InternetAddress): void {
    const family = address instanceof IPv6Address ? "ipv6" : "ipv4";
    this.#untried[family].push(address);
    if (this.#state === "racing") {
      if (this.#delay === undefined) this.#attempt();
    } else if (this.#state === "waiting") {
      // RFC 8305, section 3: "If a positive A response is received first due to reordering, the client SHOULD wait a short time for the
      // AAAA response to ensure that preference is given to IPv6".
      if (family === this.#timing.firstFamily) this.#attempt();
      else this.#delay ??= this.#clock.callLater(this.#timing.resolutionDelay, () => this.#attempt());
    }
  }

  resolutionComplete(): void {
    this.#isResolved = true;
    if (this.#state === "waiting") this.#attempt();
    else if (this.#state === "racing") this.#failIfNothingIsLeft();
  }

  /** Ends everything with a failure. */
  fail(reason: unknown): void {
    if (this.#isOver()) return;
    this.#finish();
    this.winner.errback(reason);
  }

  /** Begins the next attempt, and goes on to the one after it where that fails on the spot. */
  #attempt(): void {
    this.#state = "beginning";
    this.#stopDelay();
    while (this.#delay === undefined) {
      const address = this.#nextAddress();
      if (address === undefined) break;
      this.#begin(address);
      if (this.#isOver()) return;
    }
    this.#state = "racing";
    this.#failIfNothingIsLeft();
  }

  #begin(address: InternetAddress): void {
    const attempt = this.#connect(address);
    this.#pending.add(attempt);
    attempt.addCallbacks(
      (connection) => this.#won(connection),
      (failure) => this.#lost(attempt, failure),
    );
    if (this.#isOver()) attempt.cancel();
    else if (this.#pending.has(attempt)) {
      this.#delay = this.#clock.callLater(this.#timing.attemptDelay, () => this.#attempt());
    }
  }

  /** RFC 8305, section 4: "Whichever address family is first in the list should be followed by an address of the other address family". */
  #nextAddress(): InternetAddress | undefined {
    const family = this.#nextFamily;
    const other = family === "ipv6" ? "ipv4" : "ipv6";
    const address = this.#untried[family].shift();
    if (address === undefined) return this.#untried[other].shift();
    this.#nextFamily = other;
    return address;
  }

  #won(connection: T): void {
    if (this.#isOver()) return;
    this.#finish();
    this.winner.callback(connection);
  }

  #lost(attempt: Deferred<T>, failure: Failure): void {
    this.#pending.delete(attempt);
    this.#lastFailure = failure;
    // Anything else is a mistake in the program, and the same for all addresses.
    if (failure.check(ConnectError) === null) this.fail(failure);
    else if (this.#state === "racing") this.#attempt();
  }

  #failIfNothingIsLeft(): void {
    // A delay means that there is an attempt, so without one nothing is left to be tried either.
    if (!this.#isResolved || this.#pending.size > 0) return;
    this.fail(this.#lastFailure ?? noAddress(this.#target.hostname));
  }

  #timedOut(): void {
    const { hostname, port } = this.#target;
    const seconds = this.#timing.timeout;
    const options = this.#lastFailure === undefined ? undefined : { cause: this.#lastFailure.value };
    this.fail(new TimeoutError(`There is no connection to ${hostname}:${port} after ${seconds} seconds`, options));
  }

  #finish(): void {
    this.#state = "over";
    this.#stopDelay();
    if (this.#timeout.active()) this.#timeout.cancel();
    if (!this.#isResolved) this.#resolution?.cancel();
    for (const attempt of this.#pending) attempt.cancel();
  }

  #stopDelay(): void {
    if (this.#delay?.active() === true) this.#delay.cancel();
    this.#delay = undefined;
  }

  #isOver(): boolean {
    return this.#state === "over";
  }
}
