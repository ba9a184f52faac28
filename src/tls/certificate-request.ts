/** What asks an authority for a certificate (RFC 2986): a name and a key, signed with that key. */
import { createPublicKey, verify } from "node:crypto";
import { inspectable } from "../inspectable.ts";
import { VerifyError } from "./certificate-errors.ts";
import { pemOf } from "./certificate.ts";
import { DistinguishedName } from "./distinguished-name.ts";
import { PublicKey } from "./public-key.ts";
import { decodeRequest, digestOf } from "./wire/x509.ts";
import { MalformedDERError } from "./wire/errors.ts";

/**
 * A request for a certificate. Whoever made it has the private key: its signature has been checked.
 *
 * @example
 * const request = KeyPair.generate().requestObject({ commonName: "example.com" }, { names: ["example.com"] });
 * assert.deepEqual(CertificateRequest.load(request.dump()).names, ["example.com"]);
 */
export class CertificateRequest {
  /** The host names and addresses that it asks for. Nothing proves that they are the asker's: whoever signs looks at them. */
  readonly names: readonly string[];
  readonly #subject: DistinguishedName;
  readonly #publicKey: PublicKey;
  readonly #encoding: Buffer;

  /** To be had from `load`. */
  private constructor(encoding: Buffer) {
    const { toBeSigned, subject, publicKey, alternativeNames, algorithm, signature } = decodeRequest(encoding);
    this.#encoding = encoding;
    this.#subject = DistinguishedName.load(subject);
    this.#publicKey = publicKeyOf(publicKey);
    this.names = alternativeNames.map((name) => ("dns" in name ? name.dns : name.ip));
    const digest = digestOf(algorithm);
    if (digest === undefined || !isSignedBy(this.#publicKey, digest, toBeSigned, signature)) {
      throw new VerifyError(
        `Cannot accept the request for ${this.#subject.toString()}: it is not signed with its own key, expected it to be`,
      );
    }
  }

  /** The request that `der` is. Throws `MalformedDERError` where it is none, and `VerifyError` where its signature is not good. */
  static load(der: Uint8Array): CertificateRequest {
    return new CertificateRequest(Buffer.from(der));
  }

  /** The request in `pem`. */
  static loadPEM(pem: string): CertificateRequest {
    const [, base64] =
      /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]+)-----END (?:NEW )?CERTIFICATE REQUEST-----/.exec(pem) ?? [];
    if (base64 === undefined)
      throw new MalformedDERError("There is no certificate request in the text, expected one in PEM");
    return CertificateRequest.load(Buffer.from(base64, "base64"));
  }

  getSubject(): DistinguishedName {
    return this.#subject;
  }

  getPublicKey(): PublicKey {
    return this.#publicKey;
  }

  /** In DER. */
  dump(): Buffer {
    return Buffer.from(this.#encoding);
  }

  dumpPEM(): string {
    return pemOf("CERTIFICATE REQUEST", this.#encoding);
  }

  toString(): string {
    return `<CertificateRequest ${this.#subject.toString()}>`;
  }

  static {
    inspectable(this.prototype, (request) => request.toString());
  }
}

function publicKeyOf(der: Uint8Array): PublicKey {
  try {
    return new PublicKey(createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" }));
  } catch (error) {
    throw new MalformedDERError("The public key of a request is none that is known", { cause: error });
  }
}

function isSignedBy(key: PublicKey, digest: string | null, bytes: Buffer, signature: Buffer): boolean {
  try {
    return verify(digest, bytes, key.original, signature);
  } catch {
    // The algorithm is for another kind of key.
    return false;
  }
}
