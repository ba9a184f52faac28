/** The client of the identification protocol (RFC 1413). */
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { fail } from "../deferred/maybe-deferred.ts";
import { Logger } from "../logger/logger.ts";
import { LineOnlyReceiver } from "../protocol/line-only-receiver.ts";
import type { Transport } from "../transport/transport.ts";
import { IdentError, InvalidPort } from "./wire/errors.ts";
import { isPort, queryLine } from "./wire/query.ts";
import type { PortPair } from "./wire/query.ts";
import { parseResponse } from "./wire/response.ts";
import type { Owner } from "./wire/response.ts";

const log = new Logger({ namespace: "hawser.ident" });

const MAX_LENGTH = 1000;

/** A query that has been sent, or waits for those before it. */
interface Query {
  readonly ports: PortPair;
  readonly answer: Deferred<Owner>;
}

/**
 * Asks one question after the other, each when the one before it has been answered.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const client = new IdentClient();
 * const transport = new StringTransport();
 * client.makeConnection(transport);
 * const owner = client.lookup(22, 40_000);
 * assert.equal(transport.value(), "22, 40000\r\n");
 * client.dataReceived(Buffer.from("22, 40000 : USERID : UNIX : ada\r\n"));
 * assert.deepEqual(await owner, ["UNIX", "ada"]);
 */
export class IdentClient<T extends Transport = Transport> extends LineOnlyReceiver<T> {
  override MAX_LENGTH: number = MAX_LENGTH;
  #queries: Query[] = [];
  #isLost = false;

  /**
   * Who owns the connection between the two ports, the first of which is on the server's machine. Fails with the `IdentError` that the server answers,
   * and with an `IdentError` where its answer makes no sense, or the connection is lost before it.
   */
  lookup(portOnServer: number, portOnClient: number): Deferred<Owner> {
    if (this.#isLost) return fail(new IdentError("Cannot ask: the connection is lost, expected it to be open"));
    if (!isPort(portOnServer) || !isPort(portOnClient)) {
      return fail(
        new InvalidPort(`Cannot ask about ${portOnServer} and ${portOnClient}: expected ports from 1 to 65535`),
      );
    }
    const query = { ports: { portOnServer, portOnClient }, answer: new Deferred<Owner>() };
    this.#queries.push(query);
    if (this.#queries.length === 1) this.sendLine(queryLine(query.ports));
    return query.answer;
  }

  override lineReceived(line: Buffer): void {
    const query = this.#queries.shift();
    if (query === undefined) {
      log.warn("A server has answered what was not asked: {line}", { line: line.toString() });
      return;
    }
    // The next question goes out first, so that one that is asked because of this answer comes behind it.
    const next = this.#queries[0];
    if (next !== undefined) this.sendLine(queryLine(next.ports));
    const response = parseResponse(line.toString());
    const { portOnServer, portOnClient } = query.ports;
    if (response?.ports.portOnServer !== portOnServer || response.ports.portOnClient !== portOnClient) {
      query.answer.errback(
        new IdentError(`The server has answered "${queryLine(query.ports)}" with "${line.toString()}"`),
      );
    } else if ("error" in response.answer) query.answer.errback(response.answer.error);
    else query.answer.callback(response.answer.owner);
  }

  override connectionLost(reason: Failure): void {
    this.#isLost = true;
    const queries = this.#queries;
    this.#queries = [];
    for (const { answer } of queries) {
      answer.errback(new IdentError("The connection was lost before there was an answer", { cause: reason.value }));
    }
  }
}
