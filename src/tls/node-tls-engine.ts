/**
 * An engine over `node:tls`: a `TLSSocket` on a Duplex whose other side is ours. It takes its time: what goes in comes out in a later turn.
 *
 * What bites. `"end"` says that the peer has said its close_notify, or that the Duplex has ended; so the Duplex never ends, and it is we
 * who tell the two apart. On the server's side nobody but `tls.Server` compares the client's certificate with what is trusted, so
 * that is done here. A `TLSSocket` without a `tls.Server` reports some errors as `"_tlsError"` only. `getPeerX509Certificate` loses some 5 KiB with each
 * call, in Node 20 to 26, so its older brother is asked.
 *
 * A server that refuses a client's certificate closes without an alert, as `tls.Server` does: Node tells OpenSSL that all certificates are good,
 * looks at the result afterwards, and has no way to send an alert then.
 */
import type { ConnectionOptions, DetailedPeerCertificate, SecureContext, TLSSocket, TLSSocketOptions } from "node:tls";
import { InvalidStateError } from "../errors.ts";
import { setImmediate } from "../runtime.ts";
import { TLSError, libraryError, truncatedError, verificationError } from "./errors.ts";
import { secureContextOf } from "./node-context.ts";
import { nodeTLS } from "./node-tls.ts";
import { peerNameError } from "./peer-name.ts";
import type { TLSContext } from "./tls-context.ts";
import type { TLSEngine, TLSEngineEvents, TLSEngineFactory, TLSSession, TLSSide } from "./tls-engine.ts";
import { Wire } from "./wire.ts";

/** Below this many bytes, pieces are copied together, so that they are one record. */
const COPY_LIMIT = 64 * 1024;

/** How often a chain of certificates may go up: no chain is longer, but somebody may send a circle. */
const LONGEST_CHAIN = 20;

export class NodeTLSEngineFactory implements TLSEngineFactory {
  readonly name = "node";

  makeEngine(context: TLSContext, side: TLSSide, events: TLSEngineEvents, serverName?: string): TLSEngine {
    return new NodeTLSEngine(context, side, events, serverName);
  }

  prepare(context: TLSContext): void {
    secureContextOf(context);
  }
}

class NodeTLSEngine implements TLSEngine {
  readonly borrowsCiphertext = false;
  readonly #context: TLSContext;
  readonly #side: TLSSide;
  readonly #events: TLSEngineEvents;
  readonly #serverName: string | undefined;
  readonly #secureContext: SecureContext;
  readonly #wire: Wire;
  #socket: TLSSocket | undefined = undefined;
  #life: "new" | "handshaking" | "open" | "over" = "new";
  #isDelivering = false;
  /** Whether the peer has said that it will send no more, or the stream below has ended without that. */
  #receiving: "open" | "cut off" | "ended" = "open";
  #isEnding = false;
  /** What waits for the handshake to begin. */
  #early: Uint8Array[] = [];
  #unsent = 0;

  constructor(context: TLSContext, side: TLSSide, events: TLSEngineEvents, serverName: string | undefined) {
    this.#context = context;
    this.#serverName = serverName;
    this.#side = side;
    this.#events = events;
    this.#secureContext = secureContextOf(context);
    this.#wire = new Wire(
      (data) => this.#life !== "over" && events.ciphertext(data, false),
      () => this.#life !== "over" && events.sendingEnded(),
    );
  }

  get unsent(): number {
    return this.#unsent;
  }

  get held(): number {
    return this.#wire.readableLength + (this.#socket?.readableLength ?? 0);
  }

  start(): void {
    if (this.#life !== "new") return;
    this.#life = "handshaking";
    const socket = this.#side === "client" ? this.#connect() : this.#accept();
    this.#socket = socket;
    const { keyLog } = this.#context;
    if (keyLog !== undefined) socket.on("keylog", (line) => keyLog(line.toString("latin1").trimEnd()));
    socket.on("error", (error) => this.#failed(error));
    socket.on("_tlsError", (error: Error) => this.#failed(error));
    socket.on("close", () => {
      // When both ends have ended it closes by itself.
      if (this.#receiving !== "ended") this.#failed(truncatedError(this.#life === "handshaking"));
    });
    socket.on("end", () => this.#peerEnded());
    const early = this.#early;
    this.#early = [];
    if (early.length > 0) this.#write(early);
  }

  receive(ciphertext: Buffer): void {
    if (this.#life !== "over") this.#wire.push(ciphertext);
  }

  receiveEnd(): void {
    if (this.#receiving !== "open") return;
    this.#receiving = "cut off";
    this.#checkCutOff();
  }

  send(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.#unsent += piece.length;
    if (this.#socket === undefined) this.#early.push(...pieces);
    else this.#write(pieces);
  }

  endSending(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#socket?.end();
  }

  startDelivering(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    if (this.#life !== "open") return;
    this.#deliver();
    this.#checkCutOff();
  }

  stopDelivering(): void {
    this.#isDelivering = false;
    if (this.#life === "open") this.#socket!.pause();
  }

  destroy(): void {
    this.#life = "over";
    this.#early = [];
    this.#unsent = 0;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    this.#wire.destroy();
  }

  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer {
    if (this.#life !== "open" || this.#socket!.destroyed) {
      throw new InvalidStateError("Cannot export keying material: the connection is over, expected it to be open");
    }
    return this.#socket!.exportKeyingMaterial(
      length,
      label,
      context === undefined ? (undefined as never) : Buffer.from(context),
    );
  }

  #connect(): TLSSocket {
    const { peerName, serverName, alpnProtocols, session, verifyPeer, onSessionTicket } = this.#context;
    const options: ConnectionOptions = {
      socket: this.#wire,
      secureContext: this.#secureContext,
      rejectUnauthorized: verifyPeer !== "none",
      checkServerIdentity: (_, certificate) =>
        peerName === undefined || verifyPeer === "none" ? undefined : peerNameError(certificate.raw, peerName),
    };
    if (serverName !== undefined) options.servername = serverName;
    if (alpnProtocols.length > 0) options.ALPNProtocols = [...alpnProtocols];
    if (session !== undefined) options.session = session;
    const socket = nodeTLS().connect(options);
    socket.on("secureConnect", () => this.#handshakeDone());
    if (onSessionTicket !== undefined) {
      socket.on("session", (ticket) => this.#life !== "over" && this.#events.sessionTicket(ticket));
    }
    return socket;
  }

  #accept(): TLSSocket {
    const { verifyPeer = "none", alpnProtocols } = this.#context;
    const options: TLSSocketOptions = {
      isServer: true,
      secureContext: this.#secureContext,
      requestCert: verifyPeer !== "none",
      rejectUnauthorized: verifyPeer === "require",
    };
    if (alpnProtocols.length > 0) options.ALPNProtocols = [...alpnProtocols];
    const socket = new (nodeTLS().TLSSocket)(this.#wire, options);
    socket.on("secure", () => {
      const error = verifyPeer === "none" ? undefined : clientCertificateError(socket);
      if (error === undefined) this.#handshakeDone();
      else this.#failed(error);
    });
    return socket;
  }

  #handshakeDone(): void {
    if (this.#life !== "handshaking") return;
    this.#life = "open";
    const socket = this.#socket!;
    socket.on("data", (data: Buffer) => {
      if (this.#life !== "over") this.#events.plaintext(data);
      this.#checkCutOff();
    });
    if (!this.#isDelivering) socket.pause();
    this.#events.handshakeDone(sessionOf(socket, this.#serverName));
    if (this.#life === ("over" as string)) return;
    if (this.#isDelivering) this.#deliver();
    this.#checkCutOff();
  }

  #deliver(): void {
    this.#socket!.resume();
  }

  #write(pieces: readonly Uint8Array[]): void {
    const socket = this.#socket!;
    let total = 0;
    for (const piece of pieces) total += piece.length;
    const written = total <= COPY_LIMIT && pieces.length > 1 ? [Buffer.concat(pieces, total)] : pieces;
    for (const piece of written) {
      const { length } = piece;
      socket.write(piece, () => this.#sent(length));
    }
  }

  #sent(length: number): void {
    if (this.#life === "over") return;
    this.#unsent -= length;
    if (this.#unsent === 0) this.#events.drained();
  }

  #peerEnded(): void {
    if (this.#life !== "open" || this.#receiving === "ended") return;
    this.#receiving = "ended";
    this.#events.receivingEnded();
  }

  /** When the stream below has ended, the peer's close_notify is among what has arrived, or will never come. */
  #checkCutOff(): void {
    if (this.#receiving !== "cut off" || this.#life === "over" || this.held > 0) return;
    if (this.#life === "open" && !this.#isDelivering) return;
    // What has been understood by now is reported first.
    setImmediate(() => {
      if (this.#receiving !== "cut off" || this.#life === "over" || this.held > 0) return;
      if (this.#life === "open" && !this.#isDelivering) return;
      this.#failed(truncatedError(this.#life === "handshaking"));
    });
  }

  #failed(error: Error): void {
    if (this.#life === "over") return;
    const isHandshaking = this.#life === "handshaking";
    this.#life = "over";
    this.#events.failed(errorOf(error, isHandshaking));
  }
}

/** What is wrong with the certificate of a client, if it has shown one; `undefined` if it is good. */
function clientCertificateError(socket: TLSSocket): Error | undefined {
  if (socket.getPeerCertificate().raw === undefined) return undefined;
  // Undocumented, but it is what `tls.Server` asks. Where it is not there, nobody knows that the certificate is good.
  const { ssl } = socket as unknown as { readonly ssl: { verifyError?(): (Error & { code?: string }) | null } };
  if (ssl.verifyError === undefined) return verificationError("CERT_UNTRUSTED");
  const error = ssl.verifyError();
  return error === null || error === undefined ? undefined : errorOf(error, true);
}

/** What a client asks for in a second message, after a HelloRetryRequest, does not count. */
function sessionOf(socket: TLSSocket, serverName: string | undefined): TLSSession {
  const { alpnProtocol } = socket;
  const servername = (socket as { servername?: string | false | null }).servername;
  return {
    version: socket.getProtocol() ?? "",
    cipher: socket.getCipher().standardName,
    negotiatedProtocol: typeof alpnProtocol === "string" && alpnProtocol !== "" ? alpnProtocol : undefined,
    serverName: serverName ?? (typeof servername === "string" && servername !== "" ? servername : undefined),
    peerCertificates: chainOf(socket.getPeerCertificate(true)),
    reused: socket.isSessionReused(),
  };
}

/** An object without anything in it stands for no certificate. */
function chainOf(first: DetailedPeerCertificate): readonly Buffer[] {
  const chain: Buffer[] = [];
  for (let next: Partial<DetailedPeerCertificate> = first; next.raw !== undefined && chain.length < LONGEST_CHAIN;) {
    chain.push(next.raw);
    const { issuerCertificate }: Partial<DetailedPeerCertificate> = next;
    // That of a root is itself.
    if (issuerCertificate === undefined || issuerCertificate === next) break;
    next = issuerCertificate;
  }
  return chain;
}

/** OpenSSL's names for what is wrong with a certificate have no prefix in Node, unlike all other codes. */
const VERIFICATION_CODE = /^(?!ERR_|E[A-Z]+$)[A-Z_]+$/;

function errorOf(
  error: Error & { readonly code?: string; readonly reason?: string; readonly library?: string },
  handshaking: boolean,
): Error {
  if (error instanceof TLSError) return error;
  const { code = "", reason, library } = error;
  if (library !== undefined && reason !== undefined) return libraryError(reason, handshaking, error);
  if (code === "ECONNRESET") return truncatedError(handshaking);
  if (VERIFICATION_CODE.test(code)) return verificationError(code, { cause: error, message: error.message });
  return libraryError(error.message, handshaking, error);
}
