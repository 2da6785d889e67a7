// A client that checks each answer and counts it.

import { join } from "@std/path";
import type { Answer } from "../../tests/integration/answer.ts";
import { Client } from "../../tests/integration/client.ts";
import { firstDifference } from "../../tests/integration/pattern.ts";
import type { Tally } from "./tally.ts";

/** Where visitors go. */
export interface Ground {
  readonly port: number;
  /** The upload folder, in which visitors clear up behind themselves. */
  readonly uploads: string;
  readonly tally: Tally;
}

/** One visit. */
export interface Visit {
  readonly kind: string;
  /** How often it is made, next to the others. */
  readonly weight: number;
  /** Makes it. @throws {Error} When it does not go as it must. */
  act(visitor: Visitor): Promise<void>;
}

/** One visitor on a connection of its own. */
export class Visitor implements Disposable {
  readonly client: Client;
  readonly #ground: Ground;

  private constructor(client: Client, ground: Ground) {
    this.client = client;
    this.#ground = ground;
  }

  /** Comes in. */
  static async enter(ground: Ground): Promise<Visitor> {
    return new Visitor(await Client.connect(ground.port), ground);
  }

  /** Sends a request, or several at once, and takes the first answer. */
  async ask(request: string, status: number, content?: Uint8Array): Promise<Answer> {
    await this.client.send(request);
    return await this.take(request.startsWith("HEAD ") ? "HEAD" : "GET", status, content);
  }

  /** Takes the next answer, which must have this status and content. */
  async take(method: string, status: number, content?: Uint8Array): Promise<Answer> {
    const answer = await this.client.answer(method);
    this.#ground.tally.answered++;
    if (answer.status !== status) throw new Error(`got ${answer.status} in place of ${status}`);
    if (content !== undefined && firstDifference(answer.content, content) !== -1) {
      throw new Error("got other bytes than the file has");
    }
    return answer;
  }

  /** Says that so many requests are left without waiting for their answers. */
  leave(requests: number): void {
    this.#ground.tally.unheard += requests;
    this.client.close();
  }

  /** Looks at a stored upload on the disk, and takes it away. */
  async collect(location: string, content: Uint8Array): Promise<void> {
    const path = join(this.#ground.uploads, location.replace("/uploads/", ""));
    const stored = await Deno.readFile(path);
    await Deno.remove(path);
    this.#ground.tally.stored++;
    if (firstDifference(stored, content) !== -1) {
      throw new Error("stored other bytes than were sent");
    }
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}
