/** Looks at what a package exports as a service, for it was made by somebody else. */
import { LISTEN_OPTIONS, QUESTIONS, RUN_OPTIONS } from "./global-options.ts";
import type { Option } from "./option.ts";
import type { ServiceMaker } from "./service-maker.ts";

const OPTION_TYPES: Readonly<Record<Option["type"], true>> = {
  flag: true,
  text: true,
  path: true,
  endpoint: true,
  choice: true,
  integer: true,
  number: true,
  mode: true,
};

const TAKEN = { ...QUESTIONS, ...RUN_OPTIONS, ...LISTEN_OPTIONS };

/** What is wrong with `exported` as the maker of the service `name`; `undefined` where nothing is. */
export function problemOfMaker(exported: unknown, name: string): string | undefined {
  if (typeof exported !== "object" || exported === null)
    return "it exports no service, expected what defineService answers";
  const maker = exported as Partial<ServiceMaker>;
  if (maker.name !== name)
    return `its service is called ${JSON.stringify(maker.name)}, expected ${JSON.stringify(name)}`;
  if (typeof maker.make !== "function") return "its service has no function make, expected one";
  if (typeof maker.example?.command !== "string" || typeof maker.example.does !== "string")
    return "its service has no example, expected { command, does }";
  if (typeof maker.options !== "object" || maker.options === null)
    return "its service has no options, expected a table";
  for (const [option, described] of Object.entries(maker.options as Record<string, Partial<Option> | null>)) {
    const place = `the option ${JSON.stringify(option)} of its service`;
    if (!/^[a-z][a-z0-9-]*$/.test(option)) return `${place} cannot be typed, expected small letters`;
    if (Object.hasOwn(TAKEN, option)) return `${place} is one of every service, expected another name`;
    if (!Object.hasOwn(OPTION_TYPES, described?.type ?? ""))
      return `${place} has the type ${JSON.stringify(described?.type)}, expected one of ${Object.keys(OPTION_TYPES).join(", ")}`;
    if (typeof described?.help !== "string") return `${place} has no help, expected some text`;
    if (described.type === "choice" && !Array.isArray(described.choices))
      return `${place} has no choices, expected a list`;
  }
  return undefined;
}
