/**
 * Who may see how the server is doing: certain addresses, and whoever knows the token.
 *
 * @module
 */

import { fieldBlock } from "../http/response.ts";
import type { Fields } from "../http/fields.ts";
import { AddressSet } from "./cidr.ts";
import { Refusal } from "./refusal.ts";
import { Secret } from "./secret.ts";

/** Who asks. */
export interface Caller {
  /** Address of the socket's peer. */
  readonly peer: string;
  /** Whom the peer asks for: itself, or the client that a trusted proxy named. */
  readonly client: string;
}

/** Who is let in; it is posted to a worker, so it is plain data. */
export interface AdminSettings {
  /** Addresses, networks, or `loopback`. */
  readonly allowed: readonly string[];
  /** The token; `undefined` lets nobody in by it. */
  readonly token: string | undefined;
}

/** RFC 9110 §11.1: schemes are case-insensitive, and the credentials follow after blanks. */
const CREDENTIALS = /^(bearer|basic) +([A-Za-z0-9\-._~+/]+=*)$/i;

/** RFC 7617 §2: browsers ask for a name and a password; the name is nobody's business here. */
const CHALLENGE = 'Basic realm="Sluice", charset="UTF-8"';

/** Judges who asks for the admin surface. */
export class AdminPolicy {
  readonly #allowed: AddressSet;
  readonly #secret: Secret | undefined;

  /** Builds the policy. */
  constructor({ allowed, token }: AdminSettings) {
    this.#allowed = new AddressSet(allowed);
    this.#secret = token === undefined ? undefined : new Secret(token);
  }

  /**
   * Lets a caller in.
   *
   * @throws {Refusal} 403; 401 where a token would help (RFC 9110 §15.5.2 wants to say so).
   */
  admit(fields: Fields, caller: Caller): void {
    if (this.#isAllowed(fields, caller)) return;
    if (this.#secret === undefined) {
      throw new Refusal(403, "admin-address", "Cannot show this to the address");
    }
    const guess = tokenIn(fields.get("authorization"));
    if (guess !== undefined && this.#secret.equals(guess)) return;
    const rule = guess === undefined ? "admin-credentials" : "admin-token";
    const challenge = fieldBlock({ "WWW-Authenticate": CHALLENGE });
    throw new Refusal(401, rule, "Cannot show this without the token", challenge);
  }

  /**
   * A request that was forwarded by somebody who is not trusted says nothing of its client: what a
   * proxy on this machine hands on is not local.
   */
  #isAllowed(fields: Fields, { peer, client }: Caller): boolean {
    const isForwarded = fields.has("forwarded") || fields.has("x-forwarded-for");
    return !(isForwarded && client === peer) && this.#allowed.has(client);
  }
}

/** The token of a Bearer (RFC 6750 §2.1), or the password of a Basic (RFC 7617 §2). */
function tokenIn(authorization: string | undefined): string | undefined {
  const [, scheme, credentials] = CREDENTIALS.exec(authorization ?? "") ?? [];
  if (scheme === undefined || credentials === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return credentials;
  try {
    const octets = Uint8Array.from(atob(credentials), (char) => char.charCodeAt(0));
    const pair = new TextDecoder().decode(octets);
    return pair.slice(pair.indexOf(":") + 1);
  } catch {
    return undefined; // it is not base64
  }
}
