/** Makes of a context what the native core wants: an `SSL_CTX`, once for each context and side. Both are gone together. */
import { constants } from "node:crypto";
import { readFileSync } from "node:fs";
import type { NativeTLS } from "../reactor/epoll/native-core.ts";
import { nodeTLS } from "./node-tls.ts";
import type { TLSContext } from "./tls-context.ts";
import type { TLSSide } from "./tls-engine.ts";

/** What can be set; the numbers are those of `native/tls_context.c`. */
const Setting = {
  CERTIFICATES: 1,
  KEY: 2,
  TRUST: 3,
  PLATFORM: 4,
  CIPHERS: 5,
  SUITES: 6,
  GROUPS: 7,
  MIN_VERSION: 8,
  MAX_VERSION: 9,
  DH: 10,
  ALPN: 11,
  VERIFY: 12,
  SESSIONS: 13,
  LIFETIME: 14,
  KEY_LOG: 15,
} as const;

const VERSION_NUMBERS = { "TLSv1.2": 0x03_03, "TLSv1.3": 0x03_04 } as const;
const VERIFY_PEER = 1;
const FAIL_WITHOUT_CERTIFICATE = 2;

/** The contexts of one core, that is, of one thread. */
export class NativeContexts {
  readonly #native: NativeTLS;
  readonly #made: Record<TLSSide, WeakMap<TLSContext, number>> = { client: new WeakMap(), server: new WeakMap() };
  readonly #registry: FinalizationRegistry<number>;
  #platformIsKnown = false;

  constructor(native: NativeTLS) {
    this.#native = native;
    this.#registry = new FinalizationRegistry((made) => native.tlsContextFree(made));
  }

  /** The number of the core's context. Throws a `TypeError` where there is none. */
  numberOf(context: TLSContext, side: TLSSide): number {
    const known = this.#made[side].get(context);
    if (known !== undefined) return known;
    const made = this.#native.tlsContext(side === "server" ? 1 : 0);
    try {
      this.#configure(made, context, side);
    } catch (error) {
      this.#native.tlsContextFree(made);
      throw error;
    }
    this.#made[side].set(context, made);
    this.#registry.register(context, made);
    return made;
  }

  #configure(made: number, context: TLSContext, side: TLSSide): void {
    const set = (setting: number, value: string | number | Uint8Array | undefined): void => {
      const reason = value === undefined ? undefined : this.#native.tlsContextSet(made, setting, value);
      if (reason !== undefined) {
        throw new TypeError(`Cannot use the TLS context: ${reason}`, { cause: new Error(reason) });
      }
    };
    const { verifyPeer = side === "client" ? "require" : "none" } = context;
    this.#setCiphers(context, set);
    set(Setting.MAX_VERSION, VERSION_NUMBERS[context.maxVersion]);
    set(Setting.GROUPS, context.groups);
    set(Setting.DH, context.dhParameters);
    if (context.privateKey !== undefined) {
      set(Setting.CERTIFICATES, context.certificateChain.join(""));
      set(Setting.KEY, context.privateKey);
    }
    if (context.trustRoots !== "platform") set(Setting.TRUST, context.trustRoots.join(""));
    else if (verifyPeer !== "none") {
      set(Setting.PLATFORM, this.#platformIsKnown ? "" : platformRoots());
      this.#platformIsKnown = true;
    }
    if (verifyPeer !== "none") {
      const refusesNone = side === "server" && verifyPeer === "require";
      set(Setting.VERIFY, VERIFY_PEER | (refusesNone ? FAIL_WITHOUT_CERTIFICATE : 0));
    }
    if (context.alpnProtocols.length > 0) set(Setting.ALPN, alpnList(context.alpnProtocols));
    set(Setting.LIFETIME, context.sessionTimeout);
    if (!context.sessions) set(Setting.SESSIONS, 0);
    if (context.keyLog !== undefined) set(Setting.KEY_LOG, 1);
  }

  /** OpenSSL has two lists; where nothing is left for TLS 1.2, there is only TLS 1.3, as in Node. */
  #setCiphers(context: TLSContext, set: (setting: number, value: string | number) => void): void {
    const names = (context.ciphers ?? constants.defaultCipherList).split(":").filter((name) => name !== "");
    const suites = names.filter((name) => name.startsWith("TLS_")).join(":");
    const ciphers = names.filter((name) => !name.startsWith("TLS_")).join(":");
    const isOnlyNew = ciphers === "" && context.maxVersion === "TLSv1.3";
    if (suites !== "") set(Setting.SUITES, suites);
    if (!isOnlyNew) set(Setting.CIPHERS, ciphers);
    set(Setting.MIN_VERSION, VERSION_NUMBERS[isOnlyNew ? "TLSv1.3" : context.minVersion]);
  }
}

function alpnList(names: readonly string[]): Buffer {
  return Buffer.concat(
    names.flatMap((name) => {
      const bytes = Buffer.from(name, "latin1");
      return [Buffer.from([bytes.length]), bytes];
    }),
  );
}

/** Those that `node:tls` trusts. */
function platformRoots(): string {
  const tls = nodeTLS() as ReturnType<typeof nodeTLS> & { getCACertificates?(): readonly string[] };
  if (tls.getCACertificates !== undefined) return `${tls.getCACertificates().join("\n")}\n`;
  const more = process.env["NODE_EXTRA_CA_CERTS"];
  let extra = "";
  try {
    if (more !== undefined && more !== "") extra = readFileSync(more, "latin1");
  } catch {
    // Node has warned of it when it began.
  }
  return `${tls.rootCertificates.join("\n")}\n${extra}`;
}
