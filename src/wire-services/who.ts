/** Who (RFC 866): the active users. */
import type { Answer, Saying } from "./answer.ts";
import { AnsweringProtocol } from "./answering-protocol.ts";
import { DatagramService } from "./datagram-service.ts";
import type { DatagramServiceOptions } from "./datagram-service.ts";

/** What Twisted says, whoever is there: it tells nobody anything. */
const USERS = "root\r\n";

/**
 * Says who is logged in, a line for each, and closes the connection.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const transport = new StringTransport();
 * new Who(() => "ada\r\ngrace\r\n").makeConnection(transport);
 * assert.equal(transport.value(), "ada\r\ngrace\r\n");
 */
export class Who extends AnsweringProtocol {
  readonly #getUsers: Saying;

  constructor(getUsers: Saying = () => USERS) {
    super();
    this.#getUsers = getUsers;
  }

  /** The users: what the function gives that this was made with; a class of your own may have others. */
  getUsers(): Answer {
    return this.#getUsers();
  }

  protected override answer(): Answer {
    return this.getUsers();
  }
}

/**
 * Answers each datagram with who is logged in, as far as that fits.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * new MemoryReactor().listenUDP(11, new DatagramWho(() => "ada\r\ngrace\r\n"));
 */
export class DatagramWho extends DatagramService {
  readonly #getUsers: Saying;

  constructor(getUsers: Saying = () => USERS, options: DatagramServiceOptions = {}) {
    super(options);
    this.#getUsers = getUsers;
  }

  /** The users: what the function gives that this was made with; a class of your own may have others. */
  getUsers(): Answer {
    return this.#getUsers();
  }

  protected override answer(): Answer {
    return this.getUsers();
  }
}
