/** The command that secures the connection it is called on. */
import type { Deferred } from "../deferred/deferred.ts";
import type { Certificate } from "../tls/certificate.ts";
import { KeyPair } from "../tls/private-certificate.ts";
import type { PrivateCertificate } from "../tls/private-certificate.ts";
import type { Argument } from "./argument.ts";
import { local } from "./arguments/local.ts";
import { Command } from "./command.ts";
import type { CallSteps } from "./command.ts";
import { connectionOf } from "./connection-of.ts";
import type { DeclaredErrors } from "./error-map.ts";
import type { AmpBox } from "./wire/amp-box.ts";
import { TLSBox } from "./tls-box.ts";

/** What each end may say about its TLS. None of it is sent. */
export type TLSArguments = {
  /** Who we are. Without it, the end that asks shows no certificate, and the one that answers one that was made for the purpose and that proves nothing. */
  readonly tls_localCertificate: Argument<PrivateCertificate, PrivateCertificate, true>;
  /** Whose signature the certificate of the peer must have. Without it, it is not looked at, and nobody knows who the peer is. */
  readonly tls_verifyAuthorities: Argument<readonly Certificate[], readonly Certificate[], true>;
};

interface TLSAnswer {
  readonly tls_localCertificate?: PrivateCertificate | undefined;
  readonly tls_verifyAuthorities?: readonly Certificate[] | undefined;
}

/** What such a command may be declared with. */
export interface StartTLSOptions {
  readonly errors?: DeclaredErrors;
  readonly fatalErrors?: DeclaredErrors;
}

/** A command that starts TLS when it has been answered: `StartTLS` is one; others may have other names and errors. */
export class StartTLSCommand extends Command<TLSArguments, TLSArguments, true, TLSAnswer | void> {
  constructor(commandName: string, options: StartTLSOptions = {}) {
    const schema: TLSArguments = {
      tls_localCertificate: local<PrivateCertificate>(),
      tls_verifyAuthorities: local<readonly Certificate[]>(),
    };
    super(commandName, { ...options, arguments: schema, response: schema });
  }

  override get isPlain(): boolean {
    return false;
  }

  override callWith({ sender, values, send }: CallSteps): Deferred<unknown> {
    const connection = connectionOf(sender, "start TLS");
    const { tls_localCertificate: certificate, tls_verifyAuthorities: authorities } = values as TLSAnswer;
    const answered = send();
    // The call itself goes out as it is; what is sent behind it waits for TLS.
    connection.prepareTLS();
    return answered.addCallbacks(
      (answer) => {
        connection.startTLS(certificate, authorities);
        return answer;
      },
      (failure) => {
        connection.cancelTLS();
        return failure;
      },
    );
  }

  protected override newAnswer(answer: TLSAnswer | void): AmpBox {
    const { tls_localCertificate = temporaryCertificate(), tls_verifyAuthorities } = answer ?? {};
    return new TLSBox(tls_localCertificate, tls_verifyAuthorities);
  }
}

/** TLS servers cannot do without a certificate. */
function temporaryCertificate(): PrivateCertificate {
  return KeyPair.generate().selfSignedCert(1, { commonName: "TEMPORARY CERTIFICATE" });
}

/**
 * Secures the connection. `AMP` responds to it with a certificate that proves nothing; respond to it with your own:
 *
 * @example
 * import { KeyPair } from "hawser/tls";
 * const certificate = KeyPair.generate().selfSignedCert(1, { commonName: "example.com" });
 * class Secure extends AMP {
 *   static override responders = [StartTLS.responder(() => ({ tls_localCertificate: certificate }))];
 * }
 * new Secure();
 */
export const StartTLS: StartTLSCommand = new StartTLSCommand("StartTLS");
