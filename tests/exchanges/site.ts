// What the exchanges find on the server: its files, its limits and the hosts it serves.

export const INDEX = "<!doctype html><title>index</title>\n";
export const HELLO = "<p>hello</p>\n";
export const TEN = "0123456789";
export const FOLDER = "<p>dir</p>\n";
/** Long enough that two of its ends are not better sent in one piece (RFC 9110 §15.3.7.2). */
export const THOUSAND = TEN.repeat(100);

/** Content of every file, keyed by its path below the root. */
export const SITE: Readonly<Record<string, string>> = {
  "index.html": INDEX,
  "hello.html": HELLO,
  "ten.bin": TEN,
  "thousand.bin": THOUSAND,
  "dir/index.html": FOLDER,
};

/** The limits that the exchanges run into; a message at a limit passes, one byte more does not. */
export const LIMITS = {
  /** From the first byte of the request line to the last of the empty line. */
  headBytesMax: 16_384,
  targetBytesMax: 8192,
  /** Field lines of the head, Host among them. */
  fieldsMax: 100,
  bodyBytesMax: 1_048_576,
  /** Chunk size with its extensions. */
  chunkLineBytesMax: 256,
  /** All trailer lines of one message together. */
  trailerBytesMax: 4096,
} as const;

/** Hosts that are served, beside no port, port 80 and {@linkcode PORT}. */
export const HOSTS = ["localhost", "127.0.0.1", "[::1]", "example.com"] as const;

/** The port that clients believe to be talking to, whatever the harness has bound. */
export const PORT = 8080;
