/** A box behind which everything is TLS. */
import type { Certificate } from "../tls/certificate.ts";
import type { PrivateCertificate } from "../tls/private-certificate.ts";
import type { BoxSender } from "./box-sender.ts";
import { connectionOf } from "./connection-of.ts";
import { AmpBox } from "./wire/amp-box.ts";

export class TLSBox extends AmpBox {
  readonly #certificate: PrivateCertificate;
  readonly #authorities: readonly Certificate[] | undefined;

  constructor(certificate: PrivateCertificate, authorities: readonly Certificate[] | undefined) {
    super();
    this.#certificate = certificate;
    this.#authorities = authorities;
  }

  override sendTo(sender: BoxSender): void {
    const connection = connectionOf(sender, "start TLS");
    super.sendTo(sender);
    connection.startTLS(this.#certificate, this.#authorities);
  }
}
