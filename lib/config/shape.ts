/**
 * The shape of a finished configuration: every field set, every value checked.
 *
 * @module
 */

/** What a start knows before any option is read: it differs between a checkout and a binary. */
export interface Site {
  /** Folder served unless another one is named. */
  readonly root: string;
  /** Folder that takes the uploads unless another one is named. */
  readonly uploads: string;
}

/** How much is logged, from the most to the least. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** `Cache-Control` for the files whose path a glob matches. */
export interface CacheRule {
  /** Matches paths from the top if it begins with a slash, and names in any folder otherwise. */
  readonly glob: string;
  /** The field value. */
  readonly value: string;
}

/** A field for the files whose path a glob matches. */
export interface HeaderRule {
  /** As that of a {@linkcode CacheRule}. */
  readonly glob: string;
  /** The field name. */
  readonly name: string;
  /** The field value. */
  readonly value: string;
}

/** A path, or all paths of a form, that lead somewhere else. */
export interface RedirectRule {
  /** A decoded path with at most one `*`, which stands for any text. */
  readonly from: string;
  /** How the client is told. */
  readonly status: 301 | 302 | 303 | 307 | 308;
  /** An encoded path or an http(s) URL; its `*` is what the other one stood for. */
  readonly to: string;
}

/** A folder that is served below a path. */
export interface FolderMount {
  /** The path, without a slash at its end. */
  readonly urlPath: string;
  /** The folder. */
  readonly folder: string;
}

/** Everything an operator can decide. Each field is filled by the row of the same name in OPTIONS. */
export interface Config {
  /** TCP port to listen on, 0 to 65535; 0 lets the system pick a free one. */
  readonly port: number;
  /** Name or address to listen on; IPv6 without brackets. */
  readonly host: string;
  /** Number of workers, 1 to 64; `undefined` leaves it to the number of cores. */
  readonly workers: number | undefined;
  /** Whether the address is shown as a QR code once it serves. */
  readonly qr: "on" | "off";
  /** Whether the default browser is sent to it. */
  readonly open: "on" | "off";
  /** Folder that is served. */
  readonly root: string;
  /** Folder that takes the uploads. */
  readonly uploads: string;
  /** Extensions sent as a download, lower case and without the dot. */
  readonly downloadExtensions: readonly string[];
  /** Whether stored `.br`, `.zst` and `.gz` variants are sent, and other texts gzipped on the way. */
  readonly compression: "on" | "off";
  /** Whether a folder without an index answers with what is in it. */
  readonly listing: "on" | "off";
  /** The file that answers navigations to what is not there, or `off`. */
  readonly fallback: string;
  /** Whether `/a` is `a.html`, and `/a.html` leads to `/a`. */
  readonly cleanUrls: "on" | "off";
  /** `Cache-Control` by path; the first that matches counts. */
  readonly cacheRules: readonly CacheRule[];
  /** Whether a file with a hash of its content in its name may be kept for ever. */
  readonly immutable: "on" | "off";
  /** Fields by path; of one name the first that matches counts. */
  readonly headerRules: readonly HeaderRule[];
  /** Redirects; the first that matches counts. */
  readonly redirects: readonly RedirectRule[];
  /** The path that everything lies below, without a slash at its end; empty for none. */
  readonly base: string;
  /** Folders served beside the root; none of them at a place of the server's own. */
  readonly mounts: readonly FolderMount[];
  /** Connections one worker handles at a time, 1 to 16384. */
  readonly connectionsPerWorkerMax: number;
  /** Accepted connections that wait for a worker, 0 to 65536. */
  readonly queueMax: number;
  /** Requests answered on one connection before it is closed. */
  readonly requestsPerConnectionMax: number;
  /** Largest request body in bytes. */
  readonly bodyBytesMax: number;
  /** Largest request line and fields together, in bytes. */
  readonly headBytesMax: number;
  /** Most fields in one request. */
  readonly fieldsMax: number;
  /** Longest request target in bytes. */
  readonly targetBytesMax: number;
  /** How long a connection may stay open without a request, in milliseconds. */
  readonly keepAliveMs: number;
  /** How long a request head may take to arrive, in milliseconds. */
  readonly headTimeoutMs: number;
  /** How long a request body may stall, in milliseconds. */
  readonly bodyTimeoutMs: number;
  /** How long a peer may read nothing of its answer, in milliseconds. */
  readonly writeTimeoutMs: number;
  /** Bytes a second that a request body must bring on the whole; 0 asks for none. */
  readonly bodyBytesPerSecond: number;
  /** How long a connection may wait for a slot, in milliseconds. */
  readonly queueMs: number;
  /** How long a worker may show no sign of life, in milliseconds: 0 for ever, or 2000 and more. */
  readonly workerQuietMs: number;
  /** How long shutdown waits for running requests, in milliseconds. */
  readonly drainMs: number;
  /** Requests per second granted to one client; 0 sets no limit. */
  readonly ratePerSecond: number;
  /** Requests one client may send at once after a pause. */
  readonly burst: number;
  /** Uploads per second granted to one client, and half of what it may send at once; 0 sets no limit. */
  readonly uploadsPerSecond: number;
  /** Bad requests within a minute after which a client is refused; 0 refuses nobody. */
  readonly banErrors: number;
  /** How long such a client is refused, in milliseconds. */
  readonly banMs: number;
  /** Connections one address may hold at once; 0 sets no limit. */
  readonly connectionsPerClientMax: number;
  /** Hosts answered beside the local ones, `*.` patterns included, IPv6 without brackets. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks of proxies whose word on the client's address is taken. */
  readonly trustedProxies: readonly string[];
  /** Origins whose pages may read answers; `*` is every one, none switches CORS off. */
  readonly corsOrigins: readonly string[];
  /** Whether those pages may send cookies along; never together with `*`. */
  readonly corsCredentials: "on" | "off";
  /** Whether symbolic links that stay inside the folder are followed. */
  readonly symlinks: "inside" | "off";
  /** How long browsers shall use HTTPS alone, in milliseconds; 0 does not say so. */
  readonly hstsMs: number;
  /** Whether requests are counted, and `/metrics` and `/security-dashboard` answer. */
  readonly telemetry: "on" | "off";
  /** Addresses and networks that may see them. */
  readonly adminAllowed: readonly string[];
  /** File with a token that lets anybody else see them; `undefined` for none. */
  readonly adminTokenFile: string | undefined;
  /** File with the certificate chain (PEM); set if and only if `tlsKey` is. */
  readonly tlsCert: string | undefined;
  /** File with the private key (PEM); set if and only if `tlsCert` is. */
  readonly tlsKey: string | undefined;
  /** The least important level that is logged. */
  readonly logLevel: LogLevel;
  /** File that takes the log as text besides the terminal; `undefined` for none. */
  readonly logFile: string | undefined;
  /** File that takes the log as lines of JSON; `undefined` for none. */
  readonly jsonLogFile: string | undefined;
  /** File that takes every refusal as a line of JSON; `undefined` for none. */
  readonly auditFile: string | undefined;
  /** How the access lines of the text log look. */
  readonly accessFormat: "default" | "common" | "combined";
  /** Whether requests have a name that is logged and answered as `X-Request-Id`. */
  readonly requestId: "on" | "off";
  /** Whether answers say in `Server-Timing` how long they took to make. */
  readonly serverTiming: "on" | "off";
  /** From how many milliseconds on a request is worth a warning; 0 is never. */
  readonly slowMs: number;
  /** Bytes above which a log file is rotated; 0 never rotates. */
  readonly logBytesMax: number;
  /** Rotated files kept of each log. */
  readonly logFilesKept: number;
}
