/**
 * HTTP/1.1 answers, however they are split, and what is not such an answer.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { readAnswer, type Source } from "@/openstack/http/http1.ts";

/** A connection that gives these bytes, then ends, and remembers that it was closed. */
class Pieces implements Source {
  readonly #pieces: Uint8Array<ArrayBuffer>[];
  closed = 0;

  constructor(...pieces: readonly (string | Uint8Array<ArrayBuffer>)[]) {
    this.#pieces = pieces.map((piece) =>
      typeof piece === "string" ? new TextEncoder().encode(piece) : piece
    );
  }

  read(): Promise<Uint8Array<ArrayBuffer> | null> {
    return Promise.resolve(this.#pieces.shift() ?? null);
  }

  [Symbol.dispose](): void {
    this.closed++;
  }
}

/** The bytes of a text, cut at these places. */
function cut(text: string, places: readonly number[]): Uint8Array<ArrayBuffer>[] {
  const bytes = new TextEncoder().encode(text);
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) =>
    a - b
  );
  return ends.map((end, index) => bytes.slice(index === 0 ? 0 : ends[index - 1], end))
    .filter((piece) => piece.length > 0);
}

const FRAMINGS: Readonly<Record<string, string>> = {
  "Content-Length": "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A:  b \r\n\r\nhello world",
  "Content-Length, twice the same (RFC 9110 §8.6)":
    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: b\r\nContent-Length: 11\r\n\r\nhello world",
  "chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n" +
    "5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\n\r\n",
  "the end of the connection": "HTTP/1.0 200 OK\r\nX-A: b\r\n\r\nhello world",
  "a 100 Continue before": "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nX-A: b\r\n\r\nhello world",
};

for (const [name, text] of Object.entries(FRAMINGS)) {
  Deno.test(`readAnswer reads a body framed by ${name}, however it is cut`, async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (places) => {
      const source = new Pieces(...cut(text, places));
      const response = await readAnswer(source);
      assertEquals([response.status, response.headers.get("x-a")], [200, "b"]);
      assertEquals(await response.text(), "hello world");
      assertEquals(source.closed > 0, true, "the connection is let go");
    }));
  });
}

Deno.test("readAnswer does not read beyond a body", async () => {
  const source = new Pieces(
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 Forged\r\n\r\n",
  );
  assertEquals(await (await readAnswer(source)).text(), "ok");
});

for (const status of ["204 No Content", "304 Not Modified", "200 OK\r\nContent-Length: 0"]) {
  Deno.test(`readAnswer: ${JSON.stringify(status)} has no body`, async () => {
    const source = new Pieces(`HTTP/1.1 ${status}\r\n\r\n`);
    assertEquals([(await readAnswer(source)).body, source.closed], [null, 1]);
  });
}

const BROKEN: Readonly<Record<string, string>> = {
  "another protocol": "SSH-2.0-OpenSSH_9.2\r\n\r\n",
  "HTTP/2": "HTTP/2 200\r\n\r\n",
  "a status that no class has": "HTTP/1.1 600 Continue\r\n\r\n",
  "a status below all classes": "HTTP/1.1 099 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
  "a header without a colon": "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
  "a header that does not end": `HTTP/1.1 200 OK\r\nX: ${"a".repeat(70_000)}`,
  "many headers": `HTTP/1.1 200 OK\r\n${"X: aaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(4000)}\r\n`,
  "an end within the header": "HTTP/1.1 200 OK\r\nX: y",
  "a malformed length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
  "nothing at all": "",
};

for (const [name, text] of Object.entries(BROKEN)) {
  Deno.test(`readAnswer refuses ${name}`, async () => {
    await assertRejects(() => readAnswer(new Pieces(text)), TypeError);
  });
}

const SHORT: Readonly<Record<string, string>> = {
  "Content-Length": "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello",
  "a chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
  "the last chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
  "a malformed chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
};

for (const [name, text] of Object.entries(SHORT)) {
  Deno.test(`readAnswer: a body that is short of ${name} errors`, async () => {
    const source = new Pieces(text);
    const response = await readAnswer(source);
    await assertRejects(() => response.text(), TypeError);
    assertEquals(source.closed > 0, true, "the connection is let go");
  });
}

Deno.test("readAnswer: cancelling the body releases the connection", async () => {
  const source = new Pieces("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello");
  await (await readAnswer(source)).body?.cancel();
  assertEquals(source.closed, 1);
});
