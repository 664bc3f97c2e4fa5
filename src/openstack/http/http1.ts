/**
 * Reads one HTTP/1.1 answer from a connection that is used for nothing else (RFC 9112).
 *
 * @module
 */
import type { ByteChannel } from "@/connection.ts";
import { fieldOf } from "@/openstack/http/fields.ts";

/** Maximum bytes of a status line and header (64 KiB). */
const HEAD_LIMIT = 1 << 16;

/** The connection of an answer; disposed at its end. */
export type Source = Pick<ByteChannel, "read" | typeof Symbol.dispose>;

/** A message that `connectionFailure` recognizes. */
const BROKEN = "connection closed before message completed";

/**
 * The answer; the end of its body disposes the channel.
 *
 * @throws {TypeError} If the data is not HTTP/1.1, or is truncated.
 */
export async function readAnswer(channel: Source): Promise<Response> {
  const bytes = new Buffered(channel);
  let head = parseHead(await bytes.readHead());
  // 1xx answers precede the real one (RFC 9110 §15.2).
  while (head.status < 200) head = parseHead(await bytes.readHead());
  const body = hasBody(head) ? bodyOf(pieces(bytes, head.headers), channel) : null;
  if (body === null) channel[Symbol.dispose]();
  return new Response(body, head);
}

interface Head {
  readonly status: number;
  readonly headers: Headers;
}

function parseHead(text: string): Head {
  const [first = "", ...lines] = text.split("\r\n");
  const [, status] = /^HTTP\/1\.[01] ([1-5]\d{2})(?: |$)/.exec(first) ?? [];
  if (status === undefined) throw new TypeError("the answer is not HTTP/1.1");
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new TypeError("the answer has a malformed header");
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers };
}

function hasBody({ status, headers }: Head): boolean {
  return status !== 204 && status !== 304 && fieldOf(headers, "content-length") !== "0";
}

/** The body's bytes, with the framing in the header (RFC 9112 §6.3). */
function pieces(bytes: Buffered, headers: Headers): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const coding = headers.get("transfer-encoding");
  const length = fieldOf(headers, "content-length");
  if (coding !== null) return chunks(bytes);
  if (length === undefined) return untilClosed(bytes);
  if (!/^\d+$/.test(length)) throw new TypeError("the answer has a malformed Content-Length");
  return exactly(bytes, Number(length));
}

async function* exactly(bytes: Buffered, length: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let left = length; left > 0;) {
    const piece = await bytes.readSome(left);
    if (piece === null) throw new TypeError(BROKEN);
    left -= piece.length;
    yield piece;
  }
}

async function* untilClosed(bytes: Buffered): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let piece = await bytes.readSome(); piece !== null; piece = await bytes.readSome()) {
    yield piece;
  }
}

async function* chunks(bytes: Buffered): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (;;) {
    const [, size] = /^([0-9a-f]{1,8})\s*(?:;|$)/i.exec(await bytes.readLine()) ?? [];
    if (size === undefined) throw new TypeError("the answer has a malformed chunk");
    if (Number.parseInt(size, 16) === 0) return;
    yield* exactly(bytes, Number.parseInt(size, 16));
    await bytes.readLine();
  }
}

function bodyOf(
  source: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  channel: Source,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: "bytes",
    pull: async (controller: ReadableByteStreamController) => {
      try {
        const { done, value } = await source.next();
        if (!done) return controller.enqueue(value);
        channel[Symbol.dispose]();
        controller.close();
        controller.byobRequest?.respond(0);
      } catch (error) {
        channel[Symbol.dispose]();
        throw error;
      }
    },
    cancel: () => channel[Symbol.dispose](),
  });
}

/** Bytes of a channel, read by line or by length. */
class Buffered {
  readonly #channel: Source;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(channel: Source) {
    this.#channel = channel;
  }

  async readHead(): Promise<string> {
    const lines: string[] = [];
    let length = 0;
    for (let line = await this.readLine(); line !== ""; line = await this.readLine()) {
      length += line.length;
      if (length > HEAD_LIMIT) throw new TypeError("the answer's header is too long");
      lines.push(line);
    }
    return lines.join("\r\n");
  }

  async readLine(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) {
        const line = new TextDecoder("latin1").decode(this.#rest.subarray(0, end));
        this.#rest = this.#rest.subarray(end + 1);
        return line.replace(/\r$/, "");
      }
      if (this.#rest.length > HEAD_LIMIT) throw new TypeError("the answer's header is too long");
      await this.#more();
    }
  }

  async readSome(limit = Number.MAX_SAFE_INTEGER): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = this.#rest.length > 0 ? this.#rest : await this.#channel.read();
    if (bytes === null) return null;
    this.#rest = limit < bytes.length ? bytes.subarray(limit) : new Uint8Array();
    return owned(bytes.subarray(0, limit));
  }

  async #more(): Promise<void> {
    const bytes = await this.#channel.read();
    if (bytes === null) throw new TypeError(BROKEN);
    const joined = new Uint8Array(this.#rest.length + bytes.length);
    joined.set(this.#rest);
    joined.set(bytes, this.#rest.length);
    this.#rest = joined;
  }
}

/** A byte stream takes the whole buffer: it must not contain anything else. */
function owned(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}
