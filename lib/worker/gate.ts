/**
 * What every request passes before a handler sees it: who asks, whether the client is welcome, and
 * whether the host is ours.
 *
 * @module
 */

import type { Request } from "../http/request.ts";
import { type Answer, fieldBlock } from "../http/response.ts";
import { AddressSet } from "../security/cidr.ts";
import { clientAddress } from "../security/client_address.ts";
import { clientKey } from "../security/client_key.ts";
import { CorsPolicy } from "../security/cors.ts";
import { HostPolicy } from "../security/hosts.ts";
import type { HashSeed } from "../security/key_hash.ts";
import { Offenders } from "../security/offenders.ts";
import { RateLimiter } from "../security/rate_limit.ts";
import { Refusal } from "../security/refusal.ts";

/** A rate that all workers keep together. */
export interface SharedRate {
  /** The table of buckets. */
  readonly memory: SharedArrayBuffer;
  /** Requests a second in the long run. */
  readonly ratePerSecond: number;
  /** Requests at once. */
  readonly burst: number;
}

/** Offences that all threads count together. */
export interface SharedOffences {
  /** The table of offenders. */
  readonly memory: SharedArrayBuffer;
  /** Bad requests within the window that get a client refused. */
  readonly errorsMax: number;
  /** How long bad requests are counted together, in milliseconds. */
  readonly windowMs: number;
  /** How long it is refused, in milliseconds. */
  readonly refusalMs: number;
}

/** What the gate goes by; it is posted to a worker, so it is plain data. */
export interface GateSettings {
  /** Host names answered beside the local ones. */
  readonly allowedHosts: readonly string[];
  /** The port really bound. */
  readonly port: number;
  /** The port the scheme implies. */
  readonly defaultPort: 80 | 443;
  /** Proxies whose word on the client's address is taken. */
  readonly trustedProxies: readonly string[];
  /** Origins whose pages may read; `*` among them is everybody, none is no CORS. */
  readonly corsOrigins: readonly string[];
  /** Whether those pages may send cookies. */
  readonly corsCredentials: boolean;
  /** All requests of a client, unless there is no limit. */
  readonly requests: SharedRate | undefined;
  /** Requests with content, unless there is no limit. */
  readonly uploads: SharedRate | undefined;
  /** Bad requests of a client, unless nobody is refused for them. */
  readonly offences: SharedOffences | undefined;
  /** Keeps clients from choosing whom they share a bucket with. */
  readonly seed: HashSeed;
}

/** How long browsers may remember the answer to a preflight, in seconds. */
const PREFLIGHT_SECONDS = 600;

/** Fields that pages of other origins need to read to make use of an answer. */
const EXPOSED_FIELDS = ["ETag", "Location", "Content-Range", "Content-Disposition", "Retry-After"];

function limiterOf(rate: SharedRate | undefined, seed: HashSeed): RateLimiter | undefined {
  return rate && new RateLimiter(rate.memory, { ...rate, seed });
}

function corsOf({ corsOrigins, corsCredentials }: GateSettings): CorsPolicy {
  const listed = corsOrigins.length === 0 ? "off" as const : corsOrigins;
  return new CorsPolicy({
    origins: corsOrigins.includes("*") ? "*" : listed,
    credentials: corsCredentials,
    maxAgeSeconds: PREFLIGHT_SECONDS,
    methods: ["GET", "HEAD", "POST", "OPTIONS"],
    exposedFields: EXPOSED_FIELDS,
  });
}

/** The gate of one worker; the workers' gates share their counts. */
export class Gate {
  readonly #hosts: HostPolicy;
  readonly #trusted: AddressSet;
  readonly #cors: CorsPolicy;
  readonly #requests: RateLimiter | undefined;
  readonly #uploads: RateLimiter | undefined;
  readonly #offenders: Offenders | undefined;
  readonly #refusalMs: number;
  readonly #bursts: { readonly requests: number; readonly uploads: number };

  /** Builds the gate. */
  constructor(settings: GateSettings) {
    const { allowedHosts, port, defaultPort, requests, uploads, offences, seed } = settings;
    this.#hosts = new HostPolicy({ allowed: allowedHosts, port, defaultPort });
    this.#trusted = new AddressSet(settings.trustedProxies);
    this.#cors = corsOf(settings);
    this.#requests = limiterOf(requests, seed);
    this.#uploads = limiterOf(uploads, seed);
    this.#offenders = offences && new Offenders(offences.memory, { ...offences, seed });
    this.#refusalMs = offences?.refusalMs ?? 0;
    this.#bursts = { requests: requests?.burst ?? 0, uploads: uploads?.burst ?? 0 };
  }

  /** Whether this peer's word on who asks is taken. */
  isProxy(peer: string): boolean {
    return this.#trusted.has(peer);
  }

  /** Who asks: the peer of the socket, or whom a trusted proxy names. */
  clientOf({ fields }: Request, peer: string): string {
    if (this.#trusted.isEmpty) return peer;
    const forwarded = fields.get("forwarded");
    return clientAddress(
      peer,
      { forwarded, xForwardedFor: fields.get("x-forwarded-for") },
      this.#trusted,
    );
  }

  /**
   * Lets a request in.
   *
   * @param local The address its connection arrived at.
   * @param epochMs Now, in milliseconds since 1970.
   * @throws {Refusal} 400 or 403 for a host that is not ours, 403 for a client that is refused for a
   * while, 429 for one that asks too often.
   */
  admit(request: Request, client: string, local: string, epochMs: number): void {
    const key = clientKey(client);
    if (this.#offenders?.isRefused(key, epochMs)) throw banned(this.#refusalMs);
    const verdict = this.#requests?.take(key, epochMs);
    if (verdict?.allowed === false) throw tooMany(verdict.retryAfterMs, this.#bursts.requests);
    const upload = request.content === 0 ? undefined : this.#uploads?.take(key, epochMs);
    if (upload?.allowed === false) throw tooMany(upload.retryAfterMs, this.#bursts.uploads);
    if (request.host === undefined) return; // HTTP/1.0 has no Host
    const host = this.#hosts.check(request.host, local);
    if (!host.ok) throw new Refusal(host.status, host.rule, `Cannot serve the host: ${host.rule}`);
  }

  /**
   * Counts a bad request. A trusted proxy speaks for many, so nothing is counted against it.
   *
   * @returns Whether the client is refused from now on.
   */
  noteOffence(client: string, epochMs: number): boolean {
    if (this.#trusted.has(client)) return false;
    return this.#offenders?.note(clientKey(client), epochMs) ?? false;
  }

  /** The answer to a preflight that is allowed; anything else is answered as without CORS. */
  preflight({ method, fields }: Request): Answer | undefined {
    if (method !== "OPTIONS" || !fields.has("access-control-request-method")) return undefined;
    const allowed = this.#cors.preflight(
      fields.get("origin"),
      fields.get("access-control-request-method"),
      fields.get("access-control-request-headers"),
      fields.get("access-control-request-private-network") === "true",
    );
    return allowed && { status: 204, fields: allowed.fields };
  }

  /** Field lines that tell a browser whose pages may read the answer. */
  corsFields({ fields }: Request): string {
    return this.#cors.actual(fields.get("origin"));
  }
}

function banned(refusalMs: number): Refusal {
  const fields = fieldBlock({ "Retry-After": seconds(refusalMs) });
  return new Refusal(
    403,
    "banned",
    "Cannot serve this client for now: too many bad requests",
    fields,
  );
}

/** RFC 6585 §4, with the fields that most clients know to read. */
function tooMany(retryAfterMs: number, burst: number): Refusal {
  const fields = fieldBlock({
    "Retry-After": seconds(retryAfterMs),
    "RateLimit-Limit": String(burst),
    "RateLimit-Remaining": "0",
    "RateLimit-Reset": seconds(retryAfterMs),
  });
  return new Refusal(429, "rate-limit", "Cannot serve this client so often", fields);
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}
