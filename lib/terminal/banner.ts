/**
 * What a person reads once the server runs.
 *
 * @module
 */

import { type LanAddress, lanHosts } from "./lan.ts";
import { qrCode } from "./qr_code.ts";

/** What there is to tell of a running server. */
export interface BannerFacts {
  /** The program's version. */
  readonly version: string;
  /** `http` or `https`. */
  readonly scheme: string;
  /** Address that it listens on. */
  readonly hostname: string;
  /** Port that it listens on. */
  readonly port: number;
  /** The served folder. */
  readonly root: string;
  /** The upload folder. */
  readonly uploads: string;
  /** How many workers serve. */
  readonly workers: number;
  /** Whether the pages for the operator are there. */
  readonly hasAdminPages: boolean;
  /** Addresses of this machine; none if nobody may ask for them. */
  readonly interfaces: readonly LanAddress[];
}

/** The pages for the operator, with what they are called here. */
const ADMIN_PAGES = [
  ["security", "/security-dashboard"],
  ["metrics", "/metrics"],
] as const;

const BOLD = "\x1b[1m";
const CYAN = "\x1b[36m";
const RESET = "\x1b[0m";

const LABEL_COLUMNS = 8;

/** Addresses that stand for all of this machine's. */
const ANY_HOSTS: readonly string[] = ["0.0.0.0", "::"];

/**
 * The address to open on this machine.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(localUrl({ scheme: "http", hostname: "0.0.0.0", port: 80 }), "http://127.0.0.1:80");
 * assertEquals(localUrl({ scheme: "https", hostname: "::1", port: 8080 }), "https://[::1]:8080");
 * ```
 */
export function localUrl(facts: Pick<BannerFacts, "scheme" | "hostname" | "port">): string {
  const { hostname } = facts;
  if (hostname === "0.0.0.0") return url(facts, "127.0.0.1");
  return url(facts, hostname === "::" ? "::1" : hostname);
}

/**
 * The addresses at which other machines reach this one, the most likely first; none if it listens
 * for itself alone.
 */
export function networkUrls(
  facts: Pick<BannerFacts, "scheme" | "hostname" | "port" | "interfaces">,
): string[] {
  const { hostname, interfaces } = facts;
  if (ANY_HOSTS.includes(hostname)) {
    return lanHosts(interfaces, hostname === "::").map((host) => url(facts, host));
  }
  const isLoopback = hostname === "::1" || hostname.startsWith("127.");
  return isLoopback ? [] : [url(facts, hostname)];
}

/** Writes the banner; `hasColour` for a terminal whose user likes colour. */
export function bannerText(facts: BannerFacts, hasColour: boolean): string {
  const paint = (code: string, text: string) => hasColour ? `${code}${text}${RESET}` : text;
  const link = (address: string) => paint(CYAN, address);
  const { version, hostname, root, uploads, workers } = facts;
  const local = localUrl(facts);
  const rows: (readonly [label: string, text: string])[] = [
    ["root", root],
    ["uploads", uploads],
    ["workers", String(workers)],
  ];
  if (ANY_HOSTS.includes(hostname)) {
    rows.push(["local", link(local)]);
    for (const address of networkUrls(facts)) rows.push(["network", link(address)]);
  }
  if (facts.hasAdminPages) {
    for (const [label, path] of ADMIN_PAGES) rows.push([label, link(`${local}${path}`)]);
  }
  return [
    `${paint(BOLD, `Sluice ${version}`)} serves ${link(url(facts, hostname))}`,
    ...rows.map(([label, text]) => `  ${label.padEnd(LABEL_COLUMNS)} ${text}`),
    "Press Ctrl+C to stop.",
  ].join("\n");
}

/** Draws the address for a telephone to read, or says why none could use it. */
export function qrText(facts: BannerFacts): string {
  const [address] = networkUrls(facts);
  if (address !== undefined) return `${qrCode(address)}\n${address}`;
  return `No QR code: no other machine reaches ${localUrl(facts)}, --host 0.0.0.0 lets them in`;
}

/** RFC 3986 §3.2.2: an IPv6 address stands in brackets. */
function url({ scheme, port }: Pick<BannerFacts, "scheme" | "port">, host: string): string {
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
