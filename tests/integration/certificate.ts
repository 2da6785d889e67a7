// A certificate for this machine that nobody but a test trusts.

import { join } from "@std/path";
import { withFolder } from "./harness.ts";
import { isInstalled, run } from "./tool.ts";

/** A certificate and its key, both as PEM text. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes one, or `undefined` where openssl is missing. */
export async function selfSigned(): Promise<Certificate | undefined> {
  if (!await isInstalled("openssl", "version")) return undefined;
  let made: Certificate | undefined;
  await withFolder(async (folder) => {
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    await run(
      "openssl",
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", "2", "-subj", "/CN=localhost", "-out", cert, "-keyout", key],
      ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
    );
    made = { cert: await Deno.readTextFile(cert), key: await Deno.readTextFile(key) };
  });
  return made;
}
