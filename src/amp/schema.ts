/** Names with argument types: what a command takes, what it answers, what the members of a list have. */
import type { AnyArgument, Argument } from "./argument.ts";
import type { BoxSender } from "./box-sender.ts";
import type { AmpBox } from "./wire/amp-box.ts";
import { checkKey } from "./wire/amp-box.ts";

/** Names with argument types. */
export type Schema = Readonly<Record<string, AnyArgument>>;

type OutOf<A> = A extends Argument<infer Out, never> ? Out : never;
type InOf<A> = A extends { encode(value: infer In, ...rest: never[]): unknown } ? In : never;
type OptionalNames<S extends Schema> = { [K in keyof S]: S[K]["optional"] extends true ? K : never }[keyof S];
type Simplified<T> = { [K in keyof T]: T[K] };

/** What is received by a schema: what may be left out is `undefined` then. */
export type Received<S extends Schema> = {
  -readonly [K in keyof S]: S[K]["optional"] extends true ? OutOf<S[K]> | undefined : OutOf<S[K]>;
};

/** What is given to be sent by a schema. */
export type Given<S extends Schema> = Simplified<
  { readonly [K in Exclude<keyof S, OptionalNames<S>>]: InOf<S[K]> } & {
    readonly [K in OptionalNames<S>]?: InOf<S[K]> | undefined;
  }
>;

/** A name with its argument type. */
export interface Field {
  readonly name: string;
  readonly argument: AnyArgument;
}

/** A schema, in the order of the keys in boxes. */
export type Fields = readonly Field[];

/** Throws where a name cannot be a key of a box. */
export function fieldsOf(schema: Schema): Fields {
  const names = Object.keys(schema).toSorted((a, b) => (a < b ? -1 : 1));
  return names.map((name) => {
    checkKey(name);
    const argument = schema[name];
    if (typeof argument?.toBox !== "function") {
      throw new TypeError(`Cannot declare ${JSON.stringify(name)}: expected an argument type, such as integer()`);
    }
    return { name, argument };
  });
}

/** The names of `fields` that `values` lacks and may not. */
export function missingIn(fields: Fields, values: Readonly<Record<string, unknown>>): string[] {
  return fields.filter(({ name, argument }) => !argument.optional && isAbsent(values[name])).map(({ name }) => name);
}

/** Puts `values` into a box. Values that are not there are passed over. */
export function valuesToBox(
  fields: Fields,
  values: Readonly<Record<string, unknown>>,
  box: AmpBox,
  sender: BoxSender | undefined,
): void {
  for (let index = 0; index < fields.length; index++) {
    const { name, argument } = fields[index]!;
    const value = values[name];
    if (!isAbsent(value)) argument.toBox(name, value as never, box, sender);
  }
}

/** Takes all values out of a box. */
export function valuesFromBox(fields: Fields, box: AmpBox, sender: BoxSender | undefined): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index++) {
    const { name, argument } = fields[index]!;
    values[name] = argument.fromBox(name, box, sender);
  }
  return values;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
