/**
 * Uploads with an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): sent again, they
 * are stored once.
 *
 * The name such an upload is kept under is derived from its key and its client, so the stored file is
 * itself the memory of the key: it outlives the process, is shared by all threads and servers over
 * the folder, and takes no room. The name holds the start of a period instead of the time; names of
 * this period and of the one before are looked for, so a key is known for at least one period and at
 * most two, as long as the file is there.
 *
 * @module
 */

import { hmac } from "@noble/hashes/hmac";
import { sha256 } from "@noble/hashes/sha2";
import { HttpError } from "../http/errors.ts";
import { clientKey } from "../security/client_key.ts";
import type { HashInput } from "../security/key_hash.ts";
import type { Claim, UploadClaims } from "../security/upload_claims.ts";
import { namingSecret } from "../storage/naming_secret.ts";
import { PartialFile } from "../storage/partial_file.ts";
import { hexOf, uploadName } from "../storage/upload_name.ts";
import type { Folder, OpenedFile } from "./folder.ts";
import type { UploadTarget } from "./upload_target.ts";

/** How long a key is known at least, in milliseconds: a day, as with most who honour keys. */
const PERIOD_MS = 24 * 60 * 60 * 1000;

/** Octets compared at a time. */
const STEP_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** Finds out what an upload with a key is: the first, one more, or one too early. */
export class KeyedUploads {
  readonly #folder: Folder;
  readonly #claims: UploadClaims;

  /** Keeps keys for the uploads in `folder`. */
  constructor(folder: Folder, claims: UploadClaims) {
    this.#folder = folder;
    this.#claims = claims;
  }

  /**
   * Begins an upload.
   *
   * @param key The key, which is the client's own: that of another is another.
   * @param client Address of the client.
   * @param epochMs Now, in milliseconds since 1970.
   * @throws {HttpError} 409 while another upload with the key is under way.
   */
  begin(key: string, client: string, epochMs: number): UploadTarget {
    const path = this.#folder.pathOf([]);
    const mark = markOf(namingSecret(path, epochMs), key, client);
    const claim = this.#claims.take(mark.claimed, epochMs);
    if (claim === undefined) throw underWay();
    try {
      const period = Math.floor(epochMs / PERIOD_MS) * PERIOD_MS;
      const names = [period, period - PERIOD_MS].map((startMs) => uploadName(startMs, mark.hex));
      for (const name of names) {
        const stored = this.#folder.open(this.#folder.pathOf([name]));
        if (stored === undefined) continue;
        claim.release();
        return new RepeatedUpload(name, stored);
      }
      const file = PartialFile.create(path, epochMs);
      return new FirstUpload(uploadName(period, mark.hex), file, claim, epochMs);
    } catch (error) {
      claim.release();
      throw error;
    }
  }
}

/** What is derived from a key and its client: digits of a name, and what is claimed meanwhile. */
function markOf(
  secret: Uint8Array,
  key: string,
  client: string,
): { hex: string; claimed: HashInput } {
  const { length, first, second } = clientKey(client);
  const mac = hmac(sha256, secret, encoder.encode(`${length},${first},${second}\n${key}`));
  const view = new DataView(mac.buffer, mac.byteOffset);
  return {
    hex: hexOf(mac.subarray(0, 8)),
    claimed: { length: 2, first: view.getInt32(8), second: view.getInt32(12) },
  };
}

/** The first upload with its key, as far as this server knows. */
class FirstUpload implements UploadTarget {
  readonly name: string;
  readonly isNew = true;
  readonly #file: PartialFile;
  readonly #claim: Claim;
  readonly #clockMs: number; // of the claims, where the thread's own stands at 0

  constructor(name: string, file: PartialFile, claim: Claim, epochMs: number) {
    this.name = name;
    this.#file = file;
    this.#claim = claim;
    this.#clockMs = epochMs - performance.now();
  }

  write(bytes: Uint8Array): void {
    this.#claim.renew(this.#clockMs + performance.now());
    this.#file.write(bytes);
  }

  async publish(): Promise<void> {
    await this.#file.flush();
    // Another server over the folder has no part in the claims: it may have been faster.
    if (!this.#file.publishNew(this.name)) throw underWay();
    this.#claim.release();
  }

  discard(): void {
    this.#file.discard();
    this.#claim.release();
  }
}

/** One that is stored already: what comes is compared with it, and nothing is written. */
class RepeatedUpload implements UploadTarget {
  readonly name: string;
  readonly isNew = false;
  readonly #stored: OpenedFile;
  readonly #step = new Uint8Array(STEP_BYTES);
  #comparedBytes = 0;
  #isOpen = true;

  constructor(name: string, stored: OpenedFile) {
    this.name = name;
    this.#stored = stored;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const step = this.#step.subarray(0, Math.min(STEP_BYTES, bytes.length - at));
      const byteLength = this.#stored.file.readSync(step);
      if (byteLength === null) throw otherContent();
      for (let i = 0; i < byteLength; i++) if (step[i] !== bytes[at + i]) throw otherContent();
      at += byteLength;
    }
    this.#comparedBytes += bytes.length;
  }

  publish(): Promise<void> {
    if (this.#comparedBytes < this.#stored.state.sizeBytes) return Promise.reject(otherContent());
    this.discard();
    return Promise.resolve();
  }

  discard(): void {
    if (this.#isOpen) this.#stored.file.close();
    this.#isOpen = false;
  }
}

function underWay(): HttpError {
  return new HttpError(
    409,
    "Cannot store the upload: another with its Idempotency-Key is under way",
  );
}

function otherContent(): HttpError {
  return new HttpError(
    422,
    "Cannot store the upload: its Idempotency-Key was used for another content",
  );
}
