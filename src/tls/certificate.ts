/** Certificates as programs look at them. */
import { X509Certificate, createHash, getHashes } from "node:crypto";
import { inspect } from "node:util";
import { inspectable } from "../inspectable.ts";
import type { TLSTransport, Transport } from "../transport/transport.ts";
import { CertificateError } from "./certificate-errors.ts";
import { DistinguishedName } from "./distinguished-name.ts";
import { PublicKey } from "./public-key.ts";
import { decodeNames } from "./wire/x509.ts";

/**
 * A certificate: a name and a public key, and somebody's signature that they belong together.
 *
 * @example
 * const pem = KeyPair.generate().selfSignedCert(7, { commonName: "example.com" }, { names: ["example.com"] }).dumpPEM();
 * const certificate = Certificate.loadPEM(pem);
 * assert.equal(certificate.getSubject().commonName, "example.com");
 * assert.equal(certificate.serialNumber(), 7n);
 */
export class Certificate {
  /** Node's object for it. */
  readonly original: X509Certificate;

  constructor(original: X509Certificate) {
    this.original = original;
  }

  /** The certificate that `der` is. Throws `CertificateError` where it is none. */
  static load(der: Uint8Array): Certificate {
    return new Certificate(parseCertificate(der));
  }

  /**
   * The first certificate in `pem`. Throws `CertificateError` where there is none.
   *
   * @example
   * assert.throws(() => Certificate.loadPEM("-----BEGIN NOTHING-----"), { code: "ERR_CERTIFICATE" });
   */
  static loadPEM(pem: string | Uint8Array): Certificate {
    const [first] = certificatesInPEM(pem);
    if (first !== undefined) return new Certificate(parseCertificate(first));
    throw new CertificateError(`Cannot read a certificate from ${excerpt(pem)}: there is none, expected one in PEM`);
  }

  /** All certificates in `pem`. Throws `CertificateError` where one is broken. */
  static loadAllPEM(pem: string | Uint8Array): Certificate[] {
    return certificatesInPEM(pem).map((text) => new Certificate(parseCertificate(text)));
  }

  /** The certificate that the peer has shown. Throws `CertificateError` where it has shown none (yet), or there is no TLS. */
  static peerFromTransport(transport: Transport): Certificate {
    const { getPeerCertificate } = transport as Partial<TLSTransport>;
    const original = getPeerCertificate?.call(transport);
    if (original !== undefined) return new Certificate(original);
    const state =
      getPeerCertificate === undefined ? "the transport knows no TLS" : "it has shown none, or there is no TLS (yet)";
    throw new CertificateError(`Cannot look at the certificate of the peer: ${state}, expected a connection with one`);
  }

  getSubject(): DistinguishedName {
    return DistinguishedName.load(decodeNames(this.original.raw).subject);
  }

  getIssuer(): DistinguishedName {
    return DistinguishedName.load(decodeNames(this.original.raw).issuer);
  }

  getPublicKey(): PublicKey {
    return new PublicKey(this.original.publicKey);
  }

  serialNumber(): bigint {
    return BigInt(`0x${this.original.serialNumber}`);
  }

  /** The names that it is for, besides its subject: host names and IP addresses. */
  getAlternativeNames(): string[] {
    const text = this.original.subjectAltName ?? "";
    return [...text.matchAll(/(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, name = ""]) =>
      name.startsWith('"') ? String(JSON.parse(name)) : name,
    );
  }

  /** The first and the last moment at which it is good. */
  validity(): { readonly notBefore: Date; readonly notAfter: Date } {
    return { notBefore: new Date(this.original.validFrom), notAfter: new Date(this.original.validTo) };
  }

  /** A digest of the whole certificate, in pairs of hexadecimal digits and colons. Throws a `RangeError` for one that Node does not know. */
  digest(method = "sha256"): string {
    if (!getHashes().includes(method)) {
      throw new RangeError(`Cannot make a digest with ${inspect(method)}: expected one such as "sha256"`);
    }
    const digits = createHash(method).update(this.original.raw).digest("hex").toUpperCase();
    return digits.replace(/..(?=.)/g, "$&:");
  }

  /** In DER. */
  dump(): Buffer {
    return Buffer.from(this.original.raw);
  }

  dumpPEM(): string {
    return pemOf("CERTIFICATE", this.original.raw);
  }

  /** For a person. */
  inspect(): string {
    return [this.inspectCertificate(), this.getPublicKey().inspect()].join("\n");
  }

  equals(other: unknown): boolean {
    return other instanceof Certificate && this.original.raw.equals(other.original.raw);
  }

  toString(): string {
    return `<${this.constructor.name} Subject=${this.getSubject().commonName ?? ""} Issuer=${this.getIssuer().commonName ?? ""}>`;
  }

  protected inspectCertificate(): string {
    const { notBefore, notAfter } = this.validity();
    return [
      "Certificate For Subject:",
      this.getSubject().inspect(),
      "",
      "Issuer:",
      this.getIssuer().inspect(),
      "",
      `Serial Number: ${this.serialNumber()}`,
      `Names: ${this.getAlternativeNames().join(", ") || "none"}`,
      `Good from ${notBefore.toISOString()} to ${notAfter.toISOString()}`,
      `Digest: ${this.digest()}`,
    ].join("\n");
  }

  static {
    inspectable(this.prototype, (certificate) => certificate.toString());
  }
}

const ARMOR = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]+-----END \1-----/g;

/** The certificates in `pem`, each by itself. */
export function certificatesInPEM(pem: string | Uint8Array): string[] {
  const text = typeof pem === "string" ? pem : Buffer.from(pem).toString("latin1");
  return [...text.matchAll(ARMOR)].map(([certificate]) => `${certificate}\n`);
}

/** Node's object for a certificate in PEM or DER. */
export function parseCertificate(source: string | Uint8Array): X509Certificate {
  try {
    return new X509Certificate(source);
  } catch (error) {
    throw new CertificateError(`Cannot read a certificate from ${excerpt(source)}: it is broken, expected PEM or DER`, {
      cause: error,
    });
  }
}

/** `der`, armored for text. */
export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function excerpt(source: string | Uint8Array): string {
  return inspect(source, { maxStringLength: 40, maxArrayLength: 8, breakLength: Infinity });
}
