/**
 * A forwarder, or another kind of proxy, and what it forwards to. Arguments: the server in C, a file of `bench/net/`; its argument, or nothing; the
 * forwarder's command, which gets the server's port as its last argument. What the forwarder prints, its port, is printed.
 *
 * The server has the processor of the load, where `taskset` is there: the forwarder has the other one for itself.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { compile } from "../lib/compile.ts";
import { dieTogether } from "./die-together.ts";

const [source = "", argument = "", ...forwarder] = process.argv.slice(2);
const canPin = spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;
const program = compile(source);
const [serverCommand, serverArgs] = canPin
  ? dieTogether("taskset", "-c", "1", program, argument)
  : dieTogether(program, argument);
const server = spawn(serverCommand, serverArgs, { stdio: ["ignore", "pipe", "inherit"] });
const [port] = (await once(createInterface(server.stdout), "line")) as [string];
const [first = "", ...rest] = forwarder;
const [command, args] = dieTogether(first, ...rest, port);
spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
