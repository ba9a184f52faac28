/** `hawser/cli`: what packages need to offer services to the command. */
export { defineService } from "./service-maker.ts";
export type { ServiceContext, ServiceMaker, TypedServiceMaker } from "./service-maker.ts";
export type { Startable } from "../application/program-life.ts";
export type {
  ChoiceOption,
  EndpointOption,
  FlagOption,
  IntegerOption,
  ModeOption,
  NumberOption,
  Option,
  OptionTable,
  OptionValue,
  OptionValues,
  PathOption,
  TextOption,
  ValuesOf,
} from "./option.ts";
export { CommandError } from "./errors.ts";
export { ExitCode } from "./exit-code.ts";
