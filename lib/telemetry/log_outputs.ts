/**
 * Where the lines of a log go: a console, a file of text, a file of JSON.
 *
 * @module
 */

import { quote } from "./escape.ts";
import { isAtLeast, type LogLevel } from "./log_level.ts";
import { formatJson, formatText, type LogEntry } from "./log_line.ts";
import { LossReport } from "./loss_report.ts";
import { type Destination, Output } from "./output.ts";

/** What is logged, and where to. */
export interface LogOptions {
  /** The least important level that is logged. Access lines are of level `info`. */
  readonly level: LogLevel;
  /** File that takes the text instead of standard output. */
  readonly file?: string | undefined;
  /** File that takes one JSON object a line, in addition to the text. */
  readonly jsonFile?: string | undefined;
}

/** A stream of the process that may be a terminal. */
export interface TerminalStream {
  /** Writes a part of the bytes, at least one, and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Whether a person looks at it, who likes colour. */
  isTerminal(): boolean;
}

/** The streams of a process. */
export interface Console {
  /** Takes the text when no file does. */
  readonly stdout: TerminalStream;
  /** Takes errors when a file takes the text, and always the news of failed writes. */
  readonly stderr: TerminalStream;
  /** Whether the user wants no colour: https://no-color.org. */
  readonly noColor: boolean;
}

/** The log speaks about itself under this name. */
const LOGGER = "sluice.log";

/** Holds the addresses of clients and what they asked for: not for every user of the machine. */
const FILE_MODE = 0o640;

const encoder = new TextEncoder();

/**
 * Formats entries and hands them to the outputs of a log. Nothing here waits or throws except
 * opening and closing; an output that is too slow or fails loses lines, and says so.
 */
export class LogOutputs {
  /** The least important level that is written. */
  readonly level: LogLevel;
  /** Whether access lines of text have anywhere to go. */
  readonly wantsText: boolean;
  /** Whether access lines of JSON have anywhere to go. */
  readonly wantsJson: boolean;
  readonly #text: Output;
  readonly #textColour: boolean;
  readonly #json: Output | undefined;
  readonly #stderr: Output;
  readonly #stderrColour: boolean;
  readonly #hasFile: boolean;
  readonly #reports: LossReport[] = [];

  /**
   * Opens the files; each is created if need be, and appended to, so that `copytruncate` rotation
   * works. Their folders must exist.
   *
   * @throws {Error} if a file cannot be opened; the message is one line that names it
   */
  constructor(options: LogOptions, console: Console) {
    const { level, file, jsonFile } = options;
    const textFile = file === undefined ? undefined : openFile("log file", file);
    let json: Destination | undefined;
    try {
      json = jsonFile === undefined ? undefined : openFile("JSON log file", jsonFile);
    } catch (error) {
      textFile?.close();
      throw error;
    }
    this.level = level;
    this.wantsText = isAtLeast("info", level);
    this.wantsJson = json !== undefined && this.wantsText;
    this.#hasFile = textFile !== undefined;
    this.#text = this.#output(textFile ?? borrow(console.stdout), file ?? "standard output");
    this.#textColour = !this.#hasFile && !console.noColor && console.stdout.isTerminal();
    this.#json = json && this.#output(json, jsonFile ?? "");
    // Nobody is left to be told when standard error itself fails.
    this.#stderr = new Output(borrow(console.stderr), { onDropped() {}, onFailed() {} });
    this.#stderrColour = !console.noColor && console.stderr.isTerminal();
  }

  /** Lines that were lost in all outputs since the start. */
  get lostLines(): number {
    return this.#text.lostLines + (this.#json?.lostLines ?? 0) + this.#stderr.lostLines;
  }

  /** Writes an entry to every output that its level is meant for. */
  write(entry: LogEntry): void {
    if (!isAtLeast(entry.level, this.level)) return;
    this.#text.append(encoder.encode(formatText(entry, this.#textColour)));
    this.#json?.append(encoder.encode(formatJson(entry)));
    if (this.#hasFile && entry.level === "error") this.#writeError(entry);
  }

  /** Appends access lines of text as they are. */
  access(lines: Uint8Array): void {
    if (this.wantsText) this.#text.append(lines);
  }

  /** Appends access lines of JSON as they are. */
  accessJson(lines: Uint8Array): void {
    if (this.wantsJson) this.#json?.append(lines);
  }

  /** Writes what is waiting, for a bounded time, and closes the files. */
  async close(): Promise<void> {
    await Promise.all([this.#text.close(), this.#json?.close()]);
    // After the others, as their last failures are reported to it.
    for (const report of this.#reports) report.finish();
    await this.#stderr.close();
  }

  #output(destination: Destination, name: string): Output {
    const report = new LossReport((error, lines) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#writeError(note("error", "Cannot write the log", { output: name, reason, lines }));
    });
    this.#reports.push(report);
    return new Output(destination, {
      onDropped: (lines) => {
        const message = "Dropped lines as the output was too slow";
        this.write(note("warn", message, { output: name, lines }));
      },
      onFailed: (error, lines) => report.add(error, lines),
    });
  }

  #writeError(entry: LogEntry): void {
    this.#stderr.append(encoder.encode(formatText(entry, this.#stderrColour)));
  }
}

function note(level: LogLevel, message: string, properties: Record<string, unknown>): LogEntry {
  return { timeMs: Date.now(), level, logger: LOGGER, message, properties };
}

/** Leaves the stream open, as the process goes on using it after the log has closed. */
function borrow(stream: TerminalStream): Destination {
  return { write: (bytes) => stream.write(bytes) };
}

function openFile(what: string, path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { append: true, create: true, mode: FILE_MODE });
  } catch (cause) {
    const wanted = `${wantedOf(cause)}, current value is ${quote(path)}`;
    throw new Error(`Cannot open the ${what}: ${wanted}`, { cause });
  }
}

function wantedOf(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "its folder must exist";
  if (cause instanceof Deno.errors.IsADirectory) return "path must be a file";
  if (cause instanceof Deno.errors.NotCapable) return "write permission must be granted";
  if (cause instanceof Deno.errors.PermissionDenied) return "file must be writable for this user";
  return "path must be a writable file";
}
