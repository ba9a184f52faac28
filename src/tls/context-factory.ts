/** What is given to `startTLS`, `listenSSL` and the wrappers: it answers a context for each side, and secures streams with it. */
import type {
  SecureStreamEvents,
  SecureStreamHandle,
  SecureStreamOptions,
  TLSContextFactory,
} from "../transport/secure-stream.ts";
import type { StreamHandle } from "../transport/stream-handle.ts";
import { chooseEngine } from "./engine-choice.ts";
import type { HasServerContext, TLSContext } from "./tls-context.ts";
import type { TLSSide } from "./tls-engine.ts";
import { TLSHandle } from "./tls-handle.ts";

/**
 * A context factory over one context, for both sides; those that differ override `contextFor`.
 *
 * @example
 * const contextFactory = new ContextFactory(new TLSContext({ serverName: "example.com", peerName: "example.com" }));
 * contextFactory.checkFor("client");
 * assert.throws(() => contextFactory.checkFor("server"), /no certificate/);
 */
export class ContextFactory implements TLSContextFactory, HasServerContext {
  readonly #context: TLSContext | undefined;

  constructor(context?: TLSContext) {
    this.#context = context;
  }

  /** The context of one side. It should be the same one each time: engines keep what they make of it. */
  contextFor(side: TLSSide): TLSContext {
    if (this.#context !== undefined) return this.#context;
    throw new TypeError(
      `Cannot make a TLS context for a ${side}: ${this.constructor.name} has none, expected contextFor to be overridden`,
    );
  }

  serverContext(): TLSContext {
    return this.contextFor("server");
  }

  checkFor(side: TLSSide): void {
    const context = this.contextFor(side);
    if (side === "server" && context.certificateChain.length === 0 && context.contextForServerName === undefined) {
      throw new TypeError("Cannot be a TLS server: the context has no certificate, expected one with its private key");
    }
    chooseEngine().prepare(context, side);
  }

  secure(lower: StreamHandle, events: SecureStreamEvents, options: SecureStreamOptions): SecureStreamHandle {
    const context = this.contextFor(options.isClient ? "client" : "server");
    return new TLSHandle(lower, events, chooseEngine(options.engine), context, options);
  }
}
