// The stream of events (server-sent events), read by fetch since it may need a token. It is opened
// again whenever it is lost, from where it ended, and let go while nobody looks at the page.

import {open} from "./api.js";

const kWaits = [500, 1000, 2000, 4000];  // milliseconds, the last one again and again
const kHidden = 20000;

// Calls take(name, id, data) for each whole event of a text that comes in pieces.
function reader(take) {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = {data: []};
      for (const line of block.split("\n")) {
        const [, name, value] = /^([a-z]*): ?(.*)$/.exec(line) || [null, "", ""];
        if (name === "data") fields.data.push(value);
        else if (name) fields[name] = value;
      }
      if (fields.data.length) take(fields.event || "", fields.id || "", fields.data.join("\n"));
    }
  };
}

export class Watch {
  // onOpen() before the events of a new connection, onEvent(name, data), onState("open" | "lost").
  constructor({onOpen, onEvent, onState}) {
    Object.assign(this, {onOpen, onEvent, onState});
    this.lastSeen = null;
    this.failures = 0;
    this.stopped = false;
    document.addEventListener("visibilitychange", () => this.look());
    this.go();
  }

  look() {
    clearTimeout(this.hidden);
    if (document.hidden) {
      this.hidden = setTimeout(() => {
        this.stopped = true;
        this.stream?.abort();
      }, kHidden);
    } else if (this.stopped) {
      this.stopped = false;
      this.go();
    }
  }

  // Something else has found the service out of reach.
  fail() { this.stream?.abort(); }

  // Tries again now rather than later.
  again() {
    this.failures = 0;
    this.wake?.();
  }

  async go() {
    while (!this.stopped) {
      try {
        await this.read();
      } catch (error) {
        if (error.status === 401 || error.status === 403) {
          this.onState("refused", error);
          return;
        }
      }
      if (this.stopped) return;
      this.onState("lost");
      const wait = kWaits[Math.min(this.failures, kWaits.length - 1)];
      this.failures += 1;
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, wait);
      });
    }
  }

  async read() {
    this.stream = new AbortController();
    const headers = {Accept: "text/event-stream"};
    if (this.lastSeen !== null) headers["Last-Event-ID"] = this.lastSeen;
    const response = await open("/v1/events", {headers, signal: this.stream.signal});
    this.failures = 0;
    this.onState("open");
    this.onOpen();
    const take = reader((name, id, data) => {
      if (id) this.lastSeen = id;
      this.onEvent(name, JSON.parse(data));
    });
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const {done, value} = await pieces.read();
      if (done) return;
      take(value);
    }
  }
}
