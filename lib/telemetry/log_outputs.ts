/**
 * Where the lines of a log go: a console, and files of text, of JSON and of security events.
 *
 * @module
 */

import { type LogFilesOptions, openLogFiles } from "./log_files.ts";
import { isAtLeast, type LogLevel } from "./log_level.ts";
import { formatJson, formatText, type LogEntry } from "./log_line.ts";
import { LossReport } from "./loss_report.ts";
import { type Destination, Output } from "./output.ts";

/** What is logged, and where to. */
export interface LogOptions extends LogFilesOptions {
  /** The least important level that is logged. Access lines are of level `info`. */
  readonly level: LogLevel;
  /** Takes every entry that is written, besides the outputs. Default: nobody. */
  readonly exported?: ((entry: LogEntry) => void) | undefined;
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

/** What standard output is called in such records. */
const STDOUT = "standard output";

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
  readonly #audit: Output | undefined;
  readonly #stderr: Output;
  readonly #stderrColour: boolean;
  readonly #hasFile: boolean;
  readonly #exported: ((entry: LogEntry) => void) | undefined;
  readonly #reports: LossReport[] = [];
  readonly #lostOnTheWay = new LossReport((_, lines) => {
    this.write(note("warn", "Dropped lines as the way from a worker was full", { lines }));
  });
  #lostLines = 0;

  /**
   * Opens the files; each is created if need be, and appended to. Their folders must exist.
   *
   * @throws {RangeError} if a number is out of its range
   * @throws {Error} if a file cannot be opened; the message is one line that names it
   */
  constructor(options: LogOptions, console: Console) {
    const files = openLogFiles(
      options,
      (path, error) => this.#writeTrouble("Cannot rotate the log", path, error),
    );
    this.level = options.level;
    this.#exported = options.exported;
    this.wantsText = isAtLeast("info", options.level);
    this.wantsJson = files.jsonFile !== undefined && this.wantsText;
    this.#hasFile = files.file !== undefined;
    this.#text = this.#output(files.file ?? borrow(console.stdout), options.file ?? STDOUT);
    this.#textColour = !this.#hasFile && !console.noColor && console.stdout.isTerminal();
    this.#json = files.jsonFile && this.#output(files.jsonFile, options.jsonFile ?? "");
    this.#audit = files.auditFile && this.#output(files.auditFile, options.auditFile ?? "");
    // Nobody is left to be told when standard error itself fails.
    this.#stderr = new Output(borrow(console.stderr), { onDropped() {}, onFailed() {} });
    this.#stderrColour = !console.noColor && console.stderr.isTerminal();
  }

  /** Whether the audit trail has a file. */
  get wantsAudit(): boolean {
    return this.#audit !== undefined;
  }

  /** Lines that were lost in all outputs since the start. */
  get lostLines(): number {
    return this.#lostLines + this.#text.lostLines + (this.#json?.lostLines ?? 0) +
      (this.#audit?.lostLines ?? 0) +
      this.#stderr.lostLines;
  }

  /** Writes an entry to every output that its level is meant for. */
  write(entry: LogEntry): void {
    if (!isAtLeast(entry.level, this.level)) return;
    this.#text.append(encoder.encode(formatText(entry, this.#textColour)));
    this.#json?.append(encoder.encode(formatJson(entry)));
    if (this.#hasFile && entry.level === "error") this.#writeError(entry);
    this.#exported?.(entry);
  }

  /** Appends access lines of text as they are. */
  access(lines: Uint8Array): void {
    if (this.wantsText) this.#text.append(lines);
  }

  /** Appends access lines of JSON as they are. */
  accessJson(lines: Uint8Array): void {
    if (this.wantsJson) this.#json?.append(lines);
  }

  /** Appends lines of the audit trail as they are. */
  audit(lines: Uint8Array): void {
    this.#audit?.append(lines);
  }

  /** Counts lines that did not come this far. */
  noteLost(lines: number): void {
    this.#lostLines += lines;
    if (lines > 0) this.#lostOnTheWay.add(undefined, lines);
  }

  /** Opens every file again under its name; one that cannot be opened stays as it is. */
  async reopen(): Promise<void> {
    await Promise.all([this.#text.reopen(), this.#json?.reopen(), this.#audit?.reopen()]);
  }

  /** Writes what is waiting, for a bounded time, and closes the files. */
  async close(): Promise<void> {
    this.#lostOnTheWay.finish();
    await Promise.all([this.#text.close(), this.#json?.close(), this.#audit?.close()]);
    // After the others, as their last failures are reported to it.
    for (const report of this.#reports) report.finish();
    await this.#stderr.close();
  }

  #output(destination: Destination, name: string): Output {
    const report = new LossReport((error, lines) => {
      const properties = { output: name, reason: reasonOf(error), lines };
      this.#writeError(note("error", "Cannot write the log", properties));
    });
    this.#reports.push(report);
    return new Output(destination, {
      onDropped: (lines) => {
        const message = "Dropped lines as the output was too slow";
        this.write(note("warn", message, { output: name, lines }));
      },
      onFailed: (error, lines) => report.add(error, lines),
      onReopenFailed: (error) => this.#writeTrouble("Cannot reopen the log", name, error),
    });
  }

  /** For what costs no line, so that the outputs can be told as well. */
  #writeTrouble(message: string, output: string, error: unknown): void {
    this.write(note("error", message, { output, reason: reasonOf(error) }));
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
