// What the demo is made of: steps, each with what should be seen.

import type { Answer } from "../../tests/integration/answer.ts";
import type { DemoServer } from "./server.ts";

/** What steps work on. */
export interface Ground {
  /** The folder that holds `site`, which is served, `uploads`, and a secret beside them. */
  readonly folder: string;
  /** The server that most steps speak to. */
  readonly server: DemoServer;
}

/** One thing to see. */
export interface Step {
  /** What is done, in a few words. */
  readonly title: string;
  /** What should be seen. */
  readonly expected: string;
  /** Does it. @returns What was seen, in the words of `expected`. */
  act(ground: Ground): Promise<string>;
}

/** Steps that belong together. */
export interface Chapter {
  /** Its heading. */
  readonly title: string;
  /** Its steps, in order: a later one may build on an earlier one. */
  readonly steps: readonly Step[];
}

/** What is said of an answer. */
export type Telling = (answer: Answer) => string;

/** Its status alone. */
export function status(answer: Answer): string {
  return `${answer.status}`;
}

/** Its status, and some of its fields by their names in lower case. */
export function withFields(...names: readonly string[]): Telling {
  return (answer) =>
    [answer.status, ...names.map((name) => answer.fields.get(name) ?? `no ${name}`)].join(", ");
}

/** A step that sends one request on a connection of its own and tells of the answer. */
export function ask(
  title: string,
  request: string,
  expected: string,
  telling: Telling = status,
): Step {
  return {
    title,
    expected,
    async act({ server }) {
      using client = await server.connect();
      return telling(await client.ask(request));
    },
  };
}
