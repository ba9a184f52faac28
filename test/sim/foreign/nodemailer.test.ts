import assert from "node:assert/strict";
import nodemailer from "nodemailer";
import { listen } from "./servers/listen.ts";
import { SMTPProtocol } from "./servers/smtp-protocol.ts";
import type { ReceivedMail } from "./servers/smtp-protocol.ts";
import { overStages } from "./stages.ts";

overStages(
  "nodemailer, sends mail",
  () => {
    const mails: ReceivedMail[] = [];
    class KeepingProtocol extends SMTPProtocol {
      override onMail = (mail: ReceivedMail): void => void mails.push(mail);
    }
    return {
      server: ({ reactor, port }) => listen(reactor, port, KeepingProtocol),
      client: async ({ net, host, port }) => {
        const transporter = nodemailer.createTransport({
          host,
          port,
          secure: false,
          ignoreTLS: true,
          name: "client.example",
          getSocket: (_options, callback) => {
            const socket = net.connect(port, host, () => callback(null, { connection: socket as never }));
            socket.once("error", (error) => callback(error, false));
          },
        });
        const sent = await transporter.sendMail({
          from: "one@example.org",
          to: ["two@example.org", "three@example.org"],
          subject: "Hello",
          text: "First line\n.A line that begins with a dot\n",
          messageId: "<fixed@example.org>",
          date: new Date(0),
        });
        return { mails, response: sent.response, accepted: sent.accepted };
      },
    };
  },
  ({ mails, response, accepted }) => {
    assert.deepEqual([response, accepted], ["250 taken", ["two@example.org", "three@example.org"]]);
    assert.equal(mails.length, 1);
    assert.deepEqual([mails[0]!.from, mails[0]!.to], ["one@example.org", ["two@example.org", "three@example.org"]]);
    assert.match(mails[0]!.text, /^Subject: Hello$/m);
    assert.match(mails[0]!.text, /\nFirst line\n\.A line that begins with a dot$/);
  },
);
