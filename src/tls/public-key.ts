/** The half of a key that everybody may know. */
import { createHash, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { inspectable } from "../inspectable.ts";

/**
 * A public key, such as that of a certificate.
 *
 * @example
 * const pair = KeyPair.generate();
 * const certificate = pair.selfSignedCert(1, { commonName: "example.com" });
 * assert.ok(certificate.getPublicKey().matches(pair));
 */
export class PublicKey {
  /** Node's object for the key: of a `KeyPair`, the private half. */
  readonly original: KeyObject;

  constructor(original: KeyObject) {
    this.original = original;
  }

  /** Whether the other one is the same key, or a half of it. */
  matches(other: PublicKey): boolean {
    return this.keyHash() === other.keyHash();
  }

  /** What tells keys apart: the SHA-256 of the public half, in hexadecimal digits. */
  keyHash(): string {
    return createHash("sha256").update(this.dumpPublic()).digest("hex");
  }

  /** The public half in DER, as a SubjectPublicKeyInfo. */
  dumpPublic(): Buffer {
    const key = this.original.type === "private" ? createPublicKey(this.original) : this.original;
    return key.export({ type: "spki", format: "der" });
  }

  inspect(): string {
    return `Public Key with Hash: ${this.keyHash()}`;
  }

  /** Nothing of a private half. */
  toString(): string {
    return `<${this.constructor.name} ${this.keyHash()}>`;
  }

  static {
    inspectable(this.prototype, (key) => key.toString());
  }
}
