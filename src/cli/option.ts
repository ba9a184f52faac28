/** The options of the command and of services, as data: parsing, help, completion and complaints all come from these. */

interface AnyOption {
  /** What it is for, in a few words; the help says it. */
  readonly help: string;
  /** One letter: `-l`. */
  readonly short?: string;
  /** Whether it may be given more than once; its value is then a list. */
  readonly repeatable?: boolean;
  /** Whether it has to be given. */
  readonly required?: boolean;
  /** What its value is called in the help, such as `PORT`. Default: its type. */
  readonly value?: string;
}

/** It is given or not. One whose default is `true` is taken back by `--no-NAME`. */
export interface FlagOption extends AnyOption {
  readonly type: "flag";
  readonly default?: boolean;
}

export interface TextOption extends AnyOption {
  readonly type: "text";
  readonly default?: string;
}

/** A file or a folder; shells complete it as such. */
export interface PathOption extends AnyOption {
  readonly type: "path";
  readonly default?: string;
}

/** The description of an endpoint, such as `tcp:8080`; it is read by whoever opens it. */
export interface EndpointOption extends AnyOption {
  readonly type: "endpoint";
  readonly default?: string;
}

export interface ChoiceOption extends AnyOption {
  readonly type: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
}

/** A whole number. */
export interface IntegerOption extends AnyOption {
  readonly type: "integer";
  /** Default: 0 */
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
}

/** Any number, such as one of seconds. */
export interface NumberOption extends AnyOption {
  readonly type: "number";
  /** Default: 0 */
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
}

/** Permissions, in octal digits. */
export interface ModeOption extends AnyOption {
  readonly type: "mode";
  readonly default?: number;
}

export type Option =
  | FlagOption
  | TextOption
  | PathOption
  | EndpointOption
  | ChoiceOption
  | IntegerOption
  | NumberOption
  | ModeOption;

/** Options by name, without the `--`. */
export type OptionTable = Readonly<Record<string, Option>>;

/** The value of one that is given once. */
export type OptionValue = string | number | boolean;

/** What was given, by name: lists for what is repeatable, `undefined` for what was not given and has no default. */
export type OptionValues = Readonly<Record<string, OptionValue | readonly OptionValue[] | undefined>>;

type ValueOf<O extends Option> = O extends FlagOption
  ? boolean
  : O extends IntegerOption | NumberOption | ModeOption
    ? number
    : O extends { readonly choices: readonly (infer C)[] }
      ? C
      : string;

/** The values of the options of a table, by their types. */
export type ValuesOf<T extends OptionTable> = {
  readonly [Name in keyof T]: T[Name] extends { readonly repeatable: true }
    ? readonly ValueOf<T[Name]>[]
    : T[Name] extends FlagOption | { readonly default: OptionValue } | { readonly required: true }
      ? ValueOf<T[Name]>
      : ValueOf<T[Name]> | undefined;
};

/** What the value of `option` is called. */
export function valueName(option: Option): string {
  return option.value ?? VALUE_NAMES[option.type];
}

const VALUE_NAMES: Readonly<Record<Option["type"], string>> = {
  flag: "",
  text: "TEXT",
  path: "PATH",
  endpoint: "ENDPOINT",
  choice: "CHOICE",
  integer: "NUMBER",
  number: "NUMBER",
  mode: "MODE",
};
