// Values of every kind, as an operator would write them behind a flag.

import fc from "fast-check";

/** Some values of some options: at least one option of each kind. */
const SAMPLES: readonly (readonly [flag: string, texts: readonly string[]])[] = [
  ["port", ["0", "65535"]],
  ["host", ["::1", "Example.org.", "0.0.0.0"]],
  ["workers", ["1", "64"]],
  ["qr", ["on", "off"]],
  ["root", ["/srv/site", "in box", 'a"b\\c', "größe"]],
  ["download", ["none", "txt", "tar,gz"]],
  ["compression", ["on", "off"]],
  ["max-body", ["0", "1TB", "1.5KB", "1000"]],
  ["keep-alive", ["100ms", "1.5s", "1h", "90"]],
  ["allowed-host", ["*", "a.example,*.b.example", "[::1]:8080"]],
  ["trust-proxy", ["loopback", "10.0.0.0/8,::1"]],
  ["cors", ["off", "https://a.example,null"]],
  ["symlinks", ["inside", "off"]],
  ["log-level", ["debug", "WARNING"]],
  ["log-file", ["logs/a.log"]],
  ["log-size", ["0", "64MB"]],
];

/** Command lines that set some options, each to a value that it takes. */
export const commandLines: fc.Arbitrary<string[]> = fc.tuple(
  ...SAMPLES.map(([flag, texts]) =>
    fc.option(fc.constantFrom(...texts), { nil: undefined }).map((text) =>
      text === undefined ? [] : [`--${flag}=${text}`]
    )
  ),
).map((given) => given.flat());
