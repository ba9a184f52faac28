/** Programs over services, as plain data. Services are numbered as they are made; a step names one by any number, taken modulo how many there are. */

/** How many steps of the services themselves are taken before they do nothing any more. */
export const SCRIPT_LIMIT = 60;

export type TreeStep =
  | {
      readonly op: "make";
      readonly kind: "leaf" | "multi";
      readonly name: string | null;
      /** What a leaf does at its privileged start, its start and its stop. */
      readonly privileging: readonly TreeStep[];
      readonly starting: readonly TreeStep[];
      readonly stopping: readonly TreeStep[];
      readonly startThrows: boolean;
      /** How a leaf's stop ends: at once, when the program says so, or badly. */
      readonly stopEnds: "now" | "later" | "throws" | "fails";
    }
  | { readonly op: "adopt"; readonly who: number; readonly parent: number }
  | { readonly op: "name"; readonly who: number; readonly name: string | null }
  | { readonly op: "find"; readonly who: number; readonly name: string }
  | { readonly op: "disown" | "privileged" | "start" | "stop"; readonly who: number }
  /** One of the stops that wait is over. */
  | { readonly op: "fire"; readonly who: number; readonly fails: boolean };

export type TimerStep =
  | { readonly op: "start" | "stop" }
  | { readonly op: "advance"; readonly seconds: number }
  | { readonly op: "fire"; readonly who: number; readonly fails: boolean };

export type ServerStep = { readonly op: "privileged" | "start" | "stop" | "listening" | "refused" | "closed" };

export type Program =
  | { readonly kind: "tree"; readonly steps: readonly TreeStep[] }
  | {
      readonly kind: "timer";
      readonly step: number;
      /** What the calls of the function do, one after the other, over and over. */
      readonly calls: readonly ("nothing" | "later" | "fired" | "failed" | "throws" | "stop")[];
      readonly steps: readonly TimerStep[];
    }
  | {
      readonly kind: "server";
      /** What the attempts to listen come to, one after the other, over and over. */
      readonly listens: readonly ("later" | "now" | "refused")[];
      readonly closesAtOnce: boolean;
      readonly raisesSynchronously: boolean;
      readonly steps: readonly ServerStep[];
    };
