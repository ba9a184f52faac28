/**
 * Makes what the other programs need: an authority, and certificates that it signs for a server and a client. Argument: the folder to
 * write them to.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KeyPair, PrivateCertificate } from "hawser/tls";

const folder = process.argv[2] ?? ".";
mkdirSync(join(folder, "authorities"), { recursive: true });

const authority = KeyPair.generate().selfSignedCert(1, { commonName: "Example authority" }, { isAuthority: true });
writeFileSync(join(folder, "authorities", "authority.pem"), authority.dumpChainPEM());

for (const [serialNumber, name, names] of [
  [2, "server", ["localhost", "127.0.0.1"]],
  [3, "client", []],
] as const) {
  // Whoever wants a certificate keeps the key, and sends a request to the authority.
  const pair = KeyPair.generate();
  const request = pair.requestObject({ commonName: name });
  const certificate = authority.signRequestObject(request, serialNumber, { names });
  const signed = PrivateCertificate.fromCertificateAndKeyPair(certificate, pair);
  writeFileSync(join(folder, `${name}.pem`), signed.dumpPEM(), { mode: 0o600 });
  console.log(`${name}.pem: ${signed.getSubject().toString()}, signed by ${signed.getIssuer().toString()}`);
}
