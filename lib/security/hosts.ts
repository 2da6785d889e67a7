/**
 * May this Host name address this server? Without the question, a page of any site can have its
 * own name resolve to this machine and read what is served here (DNS rebinding).
 *
 * @module
 */

import { type Authority, parseAuthority } from "./authority.ts";
import { parseIpAddress } from "./ip_address.ts";

/** Why a host was refused. */
export type HostRule = "host-malformed" | "host-unknown" | "host-port";

/** The answer about one request: 400 when the text is broken, 403 when it names someone else. */
export type HostVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 400 | 403; readonly rule: HostRule };

/** What a {@linkcode HostPolicy} is built from. */
export interface HostPolicyOptions {
  /**
   * Names beside the ones always allowed: `NAME`, `*.NAME` (every name below it, at any depth,
   * but not `NAME`) or an IP address, each with an optional `:PORT` which clients see in front of
   * a port mapping. A sole `*` allows every well-formed host with every port.
   */
  readonly allowed: readonly string[];
  /** The port really bound, 1 to 65535. */
  readonly port: number;
  /** The port the scheme implies: 80 for http, 443 for https. */
  readonly defaultPort: 80 | 443;
}

/** Ports accepted for a host beside the bound and the implied one. */
type ExtraPorts = Set<number>;

const ACCEPTED: HostVerdict = Object.freeze({ ok: true });
const MALFORMED: HostVerdict = Object.freeze({ ok: false, status: 400, rule: "host-malformed" });
const UNKNOWN: HostVerdict = Object.freeze({ ok: false, status: 403, rule: "host-unknown" });
const WRONG_PORT: HostVerdict = Object.freeze({ ok: false, status: 403, rule: "host-port" });

const NO_PORTS: ReadonlySet<number> = new Set();

/** Always allowed: names that cannot be made to resolve to this machine by somebody else. */
const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "::1"] as const;

/** Accepted hosts remembered; with `*` a client chooses them, so the bound is what matters. */
const REMEMBERED_MAX = 64;

const DNS_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * The hosts under which one listener may be addressed. Loopback names and the local address of
 * the connection are always among them.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const policy = new HostPolicy({ allowed: ["*.example.org"], port: 8080, defaultPort: 80 });
 * assertEquals(policy.check("files.example.org:8080", "192.0.2.1"), { ok: true });
 * assertEquals(policy.check("192.0.2.1", "192.0.2.1"), { ok: true });
 * assertEquals(policy.check("evil.example", "192.0.2.1"), {
 *   ok: false,
 *   status: 403,
 *   rule: "host-unknown",
 * });
 * ```
 */
export class HostPolicy {
  readonly #names = new Map<string, ExtraPorts>();
  /** Keyed by what must follow the label or labels: `.example.org`. */
  readonly #suffixes = new Map<string, ExtraPorts>();
  readonly #usualPorts: ReadonlySet<number>;
  #allowsAny = false;
  /** Accepted host as sent, to the local address it was accepted on. Refusals are never kept. */
  readonly #remembered = new Map<string, string>();

  /**
   * Builds the policy.
   *
   * @throws {RangeError} When `port` is not a whole number from 1 to 65535.
   * @throws {SyntaxError} When an entry of `allowed` is none of the forms above.
   */
  constructor(options: HostPolicyOptions) {
    const { allowed, port, defaultPort } = options;
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new RangeError(`Cannot check hosts: port must be 1 to 65535, current value is ${port}`);
    }
    // RFC 3986 §6.2.3: the implied port written out means the same as no port at all.
    this.#usualPorts = new Set([port, defaultPort]);
    for (const host of LOOPBACK_HOSTS) this.#names.set(host, new Set());
    for (const entry of allowed) this.#allow(entry);
  }

  /**
   * Judges one request. A missing Host is malformed (RFC 9112 §3.2 asks for 400); a caller that
   * serves HTTP/1.0 without Host does not ask. An empty Host is well-formed there, but names no
   * http origin (RFC 9110 §4.2.1), so it is unknown, under `*` too.
   *
   * @param host Value of the Host field, or the authority of an absolute-form target.
   * @param localAddress IP address at which the connection arrived; IPv4-mapped means IPv4.
   */
  check(host: string | undefined, localAddress: string): HostVerdict {
    if (host === undefined) return MALFORMED;
    if (this.#remembered.get(host) === localAddress) return ACCEPTED;
    const authority = parseAuthority(host);
    if (authority === undefined) return MALFORMED;
    const verdict = this.#judge(authority, localAddress);
    if (verdict.ok) this.#remember(host, localAddress);
    return verdict;
  }

  #judge({ host, isAddress, port }: Authority, localAddress: string): HostVerdict {
    if (host === "") return UNKNOWN;
    if (this.#allowsAny) return ACCEPTED;
    const extraPorts = this.#names.get(host) ??
      (isAddress ? localPorts(host, localAddress) : this.#suffixPorts(host));
    if (extraPorts === undefined) return UNKNOWN;
    const isPortFine = port === undefined || this.#usualPorts.has(port) || extraPorts.has(port);
    return isPortFine ? ACCEPTED : WRONG_PORT;
  }

  /** Ports of every pattern the name falls under, or `undefined` when it falls under none. */
  #suffixPorts(host: string): ReadonlySet<number> | undefined {
    if (this.#suffixes.size === 0 || !DNS_NAME.test(host)) return undefined;
    let ports: ReadonlySet<number> | undefined;
    for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1)) {
      const extraPorts = this.#suffixes.get(host.slice(dot));
      if (extraPorts !== undefined) ports = ports?.union(extraPorts) ?? extraPorts;
    }
    return ports;
  }

  #remember(host: string, localAddress: string): void {
    if (this.#remembered.size >= REMEMBERED_MAX && !this.#remembered.has(host)) {
      const [oldest] = this.#remembered.keys();
      if (oldest !== undefined) this.#remembered.delete(oldest);
    }
    this.#remembered.set(host, localAddress);
  }

  #allow(entry: string): void {
    if (entry === "*") {
      this.#allowsAny = true;
      return;
    }
    const isPattern = entry.startsWith("*.");
    const authority = parseEntry(isPattern ? entry.slice(2) : entry);
    if (authority === undefined || (isPattern && authority.isAddress)) {
      throw new SyntaxError(
        "Cannot allow a host: must be NAME, *.NAME or an IP address, each with or without :PORT, " +
          `or *, in ASCII (xn--) form: current value is ${JSON.stringify(entry)}`,
      );
    }
    const [hosts, key] = isPattern
      ? [this.#suffixes, `.${authority.host}`]
      : [this.#names, authority.host];
    const extraPorts: ExtraPorts = hosts.get(key) ?? new Set();
    if (authority.port !== undefined) extraPorts.add(authority.port);
    hosts.set(key, extraPorts);
  }
}

/** An entry of the operator: an IPv6 address may come without brackets, a name must be plain. */
function parseEntry(entry: string): Authority | undefined {
  const address = parseIpAddress(entry);
  if (address !== undefined) return { host: address.text, isAddress: true, port: undefined };
  const authority = parseAuthority(entry);
  if (authority === undefined) return undefined;
  return authority.isAddress || DNS_NAME.test(authority.host) ? authority : undefined;
}

/** An address literal is fine where the connection arrived at it: there is no name to rebind. */
function localPorts(host: string, localAddress: string): ReadonlySet<number> | undefined {
  return parseIpAddress(localAddress)?.text === host ? NO_PORTS : undefined;
}
