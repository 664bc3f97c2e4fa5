/**
 * A Keystone and a Glance on one port that answer with exactly these bytes: a server library would
 * not send a header field twice, or another status.
 *
 * @module
 */
import type { Pair } from "../doubles/certificates.ts";

/** What was asked. */
export interface Asked {
  /** Method and path. */
  readonly line: string;
  /** Body; `null` if there is none. */
  readonly json: unknown;
  /** `X-Auth-Token`. */
  readonly token: string | null;
}

/** An answer. `Content-Length` is added, unless a field of it is given. */
export interface Answered {
  /** Status. */
  readonly status: number;
  /** Header fields, in this order. @default {[]} */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  /** Body. @default {""} */
  readonly body?: string;
}

/** The server. Disposing it stops it. */
export class MannersServer implements AsyncDisposable {
  /** All requests so far. */
  readonly asked: Asked[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #answer: (asked: Asked, url: string) => Answered;
  readonly #serving: Promise<void>;
  #front: Front | undefined;

  private constructor(answer: (asked: Asked, url: string) => Answered) {
    this.#answer = answer;
    this.#serving = this.#accept();
  }

  /** Listens on a free port of 127.0.0.1. @param pair With it, behind OpenSSL's TLS. */
  static async start(
    answer: (asked: Asked, url: string) => Answered,
    pair?: Pair,
  ): Promise<MannersServer> {
    const server = new MannersServer(answer);
    if (pair !== undefined) server.#front = await startFront(pair, server.#listener.addr.port);
    return server;
  }

  /** `http://localhost:PORT`; behind TLS `https`. */
  get url(): string {
    return this.#front?.url ?? `http://localhost:${this.#listener.addr.port}`;
  }

  /** Stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#front?.[Symbol.asyncDispose]();
    this.#listener.close();
    await this.#serving;
  }

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) {
      await this.#serve(conn).catch(() => {});
      conn.close();
    }
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    const text = await readRequest(conn);
    if (text === undefined) return;
    const [head = "", body = ""] = text.split("\r\n\r\n");
    const [, line = ""] = /^(\S+ \S+) HTTP/.exec(head) ?? [];
    const [, token = null] = /^x-auth-token: *(.*)$/im.exec(head) ?? [];
    const asked = { line, json: body === "" ? null : JSON.parse(body), token };
    this.asked.push(asked);
    await conn.write(new TextEncoder().encode(bytesOf(this.#answer(asked, this.url))));
  }
}

/** TLS in front of a port. */
interface Front extends AsyncDisposable {
  readonly url: string;
}

async function startFront({ cert, key }: Pair, port: number): Promise<Front> {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/cert.pem`, cert);
  await Deno.writeTextFile(`${directory}/key.pem`, key);
  const script = new URL("tls_front.py", import.meta.url).pathname;
  const args = [script, `${directory}/cert.pem`, `${directory}/key.pem`, `${port}`];
  const child = new Deno.Command("/usr/bin/python3", { args, stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  return {
    url: `https://localhost:${new TextDecoder().decode(value).trim()}`,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.status;
      await reader.cancel();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** A request with its body; `undefined`, if the client only looked whether somebody listens. */
async function readRequest(conn: Deno.Conn): Promise<string | undefined> {
  let text = "";
  for (const buffer = new Uint8Array(1 << 16);;) {
    const length = await conn.read(buffer);
    if (length === null) return undefined;
    text += new TextDecoder().decode(buffer.subarray(0, length));
    const end = text.indexOf("\r\n\r\n");
    const [, size = "0"] = /^content-length: *(\d+)/im.exec(text) ?? [];
    if (end >= 0 && text.length >= end + 4 + Number(size)) return text;
  }
}

function bytesOf({ status, fields = [], body = "" }: Answered): string {
  const isSized = fields.some(([name]) => name === "Content-Length");
  const all = [...fields, ...isSized ? [] : [["Content-Length", `${body.length}`]]];
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status} X\r\n${lines}Connection: close\r\n\r\n${body}`;
}
