/**
 * The log of the main thread, where the records and access lines of all threads come together. The
 * only module that knows the logging library.
 *
 * @module
 */

import { configureSync, getLogger, type Logger as TapeLogger, resetSync } from "@logtape/logtape";
import { LOG_LEVELS, type LogLevel } from "./log_level.ts";
import type { LogEntry } from "./log_line.ts";
import { type Console, type LogOptions, LogOutputs } from "./log_outputs.ts";
import { isCategory, type LogRecord } from "./log_record.ts";

export type { Console, LogOptions, TerminalStream } from "./log_outputs.ts";
export type { LogLevel } from "./log_level.ts";

/**
 * Writes records of one category. A message is one sentence, the same for every record of its kind;
 * what differs goes into the properties, each of which becomes one field.
 */
export interface Logger {
  /** Writes what only a developer wants to know. */
  debug(message: string, properties?: Record<string, unknown>): void;
  /** Writes what is normal and worth knowing. */
  info(message: string, properties?: Record<string, unknown>): void;
  /** Writes what went wrong and was coped with. */
  warn(message: string, properties?: Record<string, unknown>): void;
  /** Writes what went wrong and needs a person. */
  error(message: string, properties?: Record<string, unknown>): void;
}

/** Everything here is logged below this category; so is what a library logs there itself. */
const ROOT = "sluice";

/** More than the program has; a worker that makes names up must not make this thread keep them. */
const CATEGORIES_MAX = 32;

/** Takes the records whose category is malformed or one too many. */
const OTHER_CATEGORY = "other";

const TO_TAPE = { debug: "debug", info: "info", warn: "warning", error: "error" } as const;

const FROM_TAPE = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warning: "warn",
  error: "error",
  fatal: "error",
} as const;

const STANDARD_CONSOLE: Console = {
  stdout: Deno.stdout,
  stderr: Deno.stderr,
  noColor: Deno.noColor,
};

/**
 * Takes records and access lines and writes them without ever making the caller wait or fail: an
 * output that is too slow loses lines, and the log says how many.
 *
 * Text goes to standard output or, if there is one, to the log file; then errors go to standard
 * error as well. Records and access lines go to the JSON file in addition. The library is configured
 * once for a process, so while several logs are open each writes the records of all.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * let text = "";
 * const stream = {
 *   write(bytes: Uint8Array) {
 *     text += new TextDecoder().decode(bytes);
 *     return Promise.resolve(bytes.length);
 *   },
 *   isTerminal: () => false,
 * };
 * const log = Log.open({ level: "info" }, { stdout: stream, stderr: stream, noColor: true });
 * log.child("net").warn("Refused a connection", { reason: "queue is full" });
 * await log.close();
 * assertEquals(
 *   text.replace(/^\S+/, "TIME"),
 *   'TIME WARN  sluice.net  Refused a connection reason="queue is full"\n',
 * );
 * ```
 */
export class Log implements Logger {
  static readonly #open = new Set<Log>();
  readonly #console: Console;
  #options: LogOptions;
  #outputs: LogOutputs;
  #lostBefore = 0; // in outputs that were closed
  readonly #root = loggerOf(getLogger(ROOT));
  readonly #children = new Map<string, Logger>();
  #closed: Promise<void> | undefined;

  private constructor(options: LogOptions, console: Console) {
    this.#options = options;
    this.#outputs = new LogOutputs(options, console);
    this.#console = console;
  }

  /**
   * Opens the files and begins to write. Files are created if need be and appended to; a full one
   * is renamed to `FILE.1`, the one before it to `FILE.2`, and so on.
   *
   * @throws {RangeError} if a number of the options is out of its range
   * @throws {Error} if a file cannot be opened; the message is one line that names it
   */
  static open(options: LogOptions, console: Console = STANDARD_CONSOLE): Log {
    const log = new Log(options, console);
    Log.#open.add(log);
    Log.#configure();
    return log;
  }

  static #configure(): void {
    const levels = [...Log.#open].map((log) => log.#outputs.level);
    const lowest = LOG_LEVELS.find((level) => levels.includes(level));
    if (lowest === undefined) return resetSync();
    configureSync({
      reset: true,
      sinks: {
        open: ({ timestamp, level, category, message, properties }) => {
          const entry: LogEntry = {
            timeMs: timestamp,
            level: FROM_TAPE[level],
            logger: category.join("."),
            message: message.join(""),
            properties,
          };
          for (const log of Log.#open) log.#outputs.write(entry);
        },
      },
      loggers: [
        { category: ROOT, sinks: ["open"], lowestLevel: TO_TAPE[lowest] },
        { category: ["logtape", "meta"], sinks: ["open"], lowestLevel: "warning" },
      ],
    });
  }

  /** Whether access lines of text have anywhere to go; if not, no worker needs to make them. */
  get wantsText(): boolean {
    return this.#outputs.wantsText;
  }

  /** Whether access lines of JSON have anywhere to go. */
  get wantsJson(): boolean {
    return this.#outputs.wantsJson;
  }

  /** Whether the audit trail has a file. */
  get wantsAudit(): boolean {
    return this.#outputs.wantsAudit;
  }

  /**
   * Lines that never reached an output, since the start: it was too slow or failed, or the way from a
   * worker was full.
   */
  get lostLines(): number {
    return this.#lostBefore + this.#outputs.lostLines;
  }

  /** Writes a record of level `debug` that belongs to no room in particular. */
  debug(message: string, properties?: Record<string, unknown>): void {
    this.#root.debug(message, properties);
  }

  /** Writes a record of level `info` that belongs to no room in particular. */
  info(message: string, properties?: Record<string, unknown>): void {
    this.#root.info(message, properties);
  }

  /** Writes a record of level `warn` that belongs to no room in particular. */
  warn(message: string, properties?: Record<string, unknown>): void {
    this.#root.warn(message, properties);
  }

  /** Writes a record of level `error` that belongs to no room in particular. */
  error(message: string, properties?: Record<string, unknown>): void {
    this.#root.error(message, properties);
  }

  /**
   * The logger of a room, such as `net`: lower case, at most 32 characters. Whatever cannot be a
   * category, and every one after the 32nd, is `other`.
   */
  child(category: string): Logger {
    const known = this.#children.get(category);
    if (known !== undefined) return known;
    const isWelcome = isCategory(category) && this.#children.size < CATEGORIES_MAX;
    const child = loggerOf(getLogger([ROOT, isWelcome ? category : OTHER_CATEGORY]));
    if (isWelcome) this.#children.set(category, child);
    return child;
  }

  /** Writes what a worker sent, stamped with the time of its arrival. */
  record(record: LogRecord): void {
    this.child(record.category)[record.level](record.message, { ...record.properties });
  }

  /** Appends whole access lines of text as they are; the bytes are copied. */
  access(text: Uint8Array): void {
    this.#outputs.access(text);
  }

  /** Appends whole access lines of JSON as they are; the bytes are copied. */
  accessJson(json: Uint8Array): void {
    this.#outputs.accessJson(json);
  }

  /** Appends whole lines of the audit trail to its file, if there is one; the bytes are copied. */
  audit(lines: Uint8Array): void {
    this.#outputs.audit(lines);
  }

  /** Counts lines that a worker had no room to send, and says so at most once a minute. */
  noteLost(lines: number): void {
    this.#outputs.noteLost(lines);
  }

  /**
   * Opens all files again by name and resolves when that is done, for a rotation by somebody else:
   * rename the files, then have this called. A file that cannot be opened is reported, and the old
   * one stays in use. It never rejects.
   */
  reopen(): Promise<void> {
    return this.#outputs.reopen();
  }

  /**
   * Goes on with other files and another level; who takes entries besides stays. Files that stay are opened again, as by
   * {@linkcode Log.reopen}; what waits for the outputs of before is still written there.
   *
   * @throws {RangeError} if a number of the options is out of its range
   * @throws {Error} if a file cannot be opened; then everything stays as it was
   */
  async redirect(changes: Omit<LogOptions, "exported">): Promise<void> {
    const options: LogOptions = { ...changes, exported: this.#options.exported };
    if (JSON.stringify(options) === JSON.stringify(this.#options)) return this.reopen();
    const before = this.#outputs;
    this.#outputs = new LogOutputs(options, this.#console);
    this.#options = options;
    Log.#configure();
    await before.close();
    this.#lostBefore += before.lostLines;
  }

  /**
   * Writes what is waiting and closes the files. It gives up on an output that takes nothing for two
   * seconds. What is logged later goes nowhere.
   */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    await this.#outputs.close();
    Log.#open.delete(this);
    Log.#configure();
  }
}

/** Passes records to the library as they are, which otherwise takes `{}` in a message for a slot. */
function loggerOf(tape: TapeLogger): Logger {
  function at(level: LogLevel): (message: string, properties?: Record<string, unknown>) => void {
    const tapeLevel = TO_TAPE[level];
    return (message, properties = {}) => {
      if (!tape.isEnabledFor(tapeLevel)) return;
      tape.emit({
        timestamp: Date.now(),
        level: tapeLevel,
        message: [message],
        rawMessage: message,
        properties,
      });
    };
  }
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
