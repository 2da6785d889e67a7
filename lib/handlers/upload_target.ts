/**
 * Where the octets of an upload go.
 *
 * @module
 */

import { PartialFile } from "../storage/partial_file.ts";
import { uploadName } from "../storage/upload_name.ts";

/** What an upload becomes. */
export interface UploadTarget {
  /** The name it is kept under in the end. */
  readonly name: string;
  /** Whether a file comes of it that was not there before. */
  readonly isNew: boolean;
  /** Takes the next octets. */
  write(bytes: Uint8Array): void;
  /**
   * All octets came: resolves when they are on the disk, and in the folder under the name. That the
   * name is on the disk too is left to the caller.
   */
  publish(): Promise<void>;
  /** Leaves nothing behind of what was not published. May be called more than once. */
  discard(): void;
}

/** A new file under a name that nobody else has: 64 random bits see to it. */
export class NewUpload implements UploadTarget {
  readonly name: string;
  readonly isNew = true;
  readonly #file: PartialFile;

  /**
   * Makes the file, hidden still.
   *
   * @param folder Path of the upload folder.
   * @param epochMs Now, in milliseconds since 1970; part of the name.
   */
  constructor(folder: string, epochMs: number) {
    this.name = uploadName(epochMs);
    this.#file = PartialFile.create(folder, epochMs);
  }

  write(bytes: Uint8Array): void {
    this.#file.write(bytes);
  }

  async publish(): Promise<void> {
    await this.#file.flush();
    this.#file.publish(this.name);
  }

  discard(): void {
    this.#file.discard();
  }
}
