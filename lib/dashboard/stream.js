// The stream of snapshots. The browser reconnects by itself after a break, but gives up when it is
// answered with anything but a stream, and does not notice a connection that died in silence: both
// are mended here.

/** Ten snapshots missed: nobody is there any more. */
const SILENCE_MS = 10_000;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 15_000;

/** A stream that is opened again for as long as the page lives. */
export class Stream {
  #url;
  #listeners;
  #source;
  #retryMs = RETRY_MS;
  #retry;
  #watch;

  /** `listeners` are `snapshot(value)`, `lost()` and `regained()`. */
  constructor(url, listeners) {
    this.#url = url;
    this.#listeners = listeners;
    this.#open();
  }

  #open() {
    this.#source?.close();
    const source = new EventSource(this.#url);
    source.addEventListener("snapshot", ({ data }) => this.#take(data));
    source.addEventListener("error", () => this.#lose());
    this.#source = source;
    this.#expect();
  }

  #take(data) {
    const snapshot = JSON.parse(data);
    this.#retryMs = RETRY_MS;
    this.#listeners.regained();
    this.#listeners.snapshot(snapshot);
    this.#expect();
  }

  #lose() {
    this.#listeners.lost();
    if (this.#source.readyState === EventSource.CLOSED) this.#openLater();
  }

  #openLater() {
    clearTimeout(this.#watch);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MAX_MS);
  }

  #expect() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#source.close();
      this.#listeners.lost();
      this.#openLater();
    }, SILENCE_MS);
  }
}
