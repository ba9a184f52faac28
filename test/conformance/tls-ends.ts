/** Two ends of a TLS connection, for the suites about TLS. */
import assert from "node:assert/strict";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { ContextFactory } from "../../src/tls/context-factory.ts";
import type { TLSContextOptions } from "../../src/tls/tls-context.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { SecureOptions } from "../../src/transport/secure-stream.ts";
import type { ListeningPort, TLSTransport } from "../../src/transport/transport.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { Recorder, RecordingClientFactory, RecordingFactory, listening } from "./stream-fixtures.ts";
import { HOST, clientContext, serverContext } from "./tls-fixtures.ts";

/** A recorder that notes when the handshake is done. */
export class SecureRecorder extends Recorder {
  handshakeCompleted(): void {
    this.events.push("handshake");
  }

  get tls(): TLSTransport {
    return this.transport as unknown as TLSTransport;
  }
}

export const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

export interface Ends {
  readonly server: SecureRecorder;
  readonly client: SecureRecorder;
  readonly reactor: Reactor;
}

export type Connected = (
  contexts: { readonly server?: ContextFactory; readonly client?: ContextFactory },
  body: (ends: Ends) => Promise<void>,
  options?: SecureOptions,
) => Promise<void>;

/** What connects two ends, the handshake done or not. */
export function connectedOver(makeReactor: MakeReactor, secure: SecureOptions): Connected {
  return async function connected(
    contexts: { readonly server?: ContextFactory; readonly client?: ContextFactory },
    body: (ends: Ends) => Promise<void>,
    options: SecureOptions = {},
  ): Promise<void> {
    await running(makeReactor, async (reactor) => {
      const servers = new RecordingFactory(undefined, SecureRecorder);
      const clients = new RecordingClientFactory(undefined, SecureRecorder);
      const all = { ...secure, ...options };
      const port = await listening(() =>
        reactor.listenSSL(0, servers, contexts.server ?? serverContext(), { interface: HOST, ...all }),
      );
      reactor.connectSSL(HOST, numberOf(port), clients, contexts.client ?? clientContext(), all);
      await until(() => servers.protocols.length === 1 && clients.protocols.length === 1, "a connection");
      await body({ server: servers.only as SecureRecorder, client: clients.only as SecureRecorder, reactor });
    });
  };
}

export async function handshaken(ends: Ends): Promise<void> {
  const { server, client } = ends;
  await until(
    () => [server, client].every((end) => end.events.includes("handshake") || end.lost !== undefined),
    "the handshake",
  );
  assert.deepEqual([server.lost, client.lost], [undefined, undefined]);
}

export async function bothLost({ server, client }: Ends): Promise<void> {
  await until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be lost");
}

export function numberOf(port: ListeningPort): number {
  return (port.getHost() as InternetAddress).port;
}

export function codeOf(end: Recorder): string | undefined {
  return (end.lost?.value as { code?: string } | undefined)?.code;
}

export function certificateOf({
  certificate,
  key,
}: {
  readonly certificate: string;
  readonly key: string;
}): TLSContextOptions {
  return { certificateChain: certificate, privateKey: key };
}
