/**
 * An HTTP server on loopback that records its requests and fails on demand. A body has the length
 * in its header or the connection breaks: HTTP itself allows no other fault.
 *
 * @module
 */
import { placeOf } from "./fault.ts";
import type { HttpFault } from "./fault.ts";

/** A request to a server. */
export interface RecordedRequest {
  /** `GET`, `POST`, … */
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** Its header fields. */
  readonly headers: Headers;
}

/** A body in pieces. */
export interface Body {
  /** `Content-Length`; `null` sends it chunked. */
  readonly length: number | null;
  /** The bytes, in pieces of at most `step`. */
  pieces(step?: number): Iterable<Uint8Array<ArrayBuffer>>;
}

/** The answer of a service. */
export interface Answer {
  /** Status. */
  readonly status: number;
  /** Header fields, without `Content-Length`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes. @default {""} */
  readonly body?: string | Body;
}

/** A service: a function of the request. */
export type Service = (request: Request, url: URL) => Answer | Promise<Answer>;

/** A running server. Disposing it closes every connection. */
export class HttpServer implements AsyncDisposable {
  /** All requests so far. */
  readonly requests: RecordedRequest[] = [];
  readonly #service: Service;
  readonly #faults = new Map<string, HttpFault>();
  readonly #abort = new AbortController();
  readonly #closed = Promise.withResolvers<void>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #sending = 0;
  #idle = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();

  /** Listens on a free port of 127.0.0.1. */
  constructor(service: Service) {
    this.#service = service;
    this.#idle.resolve();
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      signal: this.#abort.signal,
      onListen: () => {},
      // A body that a fault breaks off ends here; only the client's view of it matters.
      onError: () => new Response(null, { status: 500 }),
    }, (request) => this.#respond(request));
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Makes the answers to a path fail from now on; `undefined` removes the fault. */
  setFault(path: string, fault: HttpFault | undefined): void {
    if (fault === undefined) this.#faults.delete(path);
    else this.#faults.set(path, fault);
  }

  /** Requests for a path, without its query. */
  requestsFor(path: string): readonly RecordedRequest[] {
    return this.requests.filter((request) => request.path.split("?")[0] === path);
  }

  /** Resolves with the first request. */
  async reached(): Promise<void> {
    await this.#reached.promise;
  }

  /** Resolves as soon as no body is being sent. */
  async idle(): Promise<void> {
    await this.#idle.promise;
  }

  /** Stops listening and closes open connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.resolve();
    this.#abort.abort();
    await this.#server.finished;
  }

  async #respond(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const { pathname, search } = url;
    this.requests.push({
      method: request.method,
      path: pathname + search,
      headers: request.headers,
    });
    this.#reached.resolve();
    const fault = this.#faultFor(pathname);
    if (fault?.kind === "silent") await this.#closed.promise;
    const answer = fault?.kind === "status" ? fault : await this.#service(request, url);
    return this.#send(answer, fault);
  }

  #faultFor(path: string): HttpFault | undefined {
    const fault = this.#faults.get(path);
    if (fault?.kind !== "status" || fault.times === undefined) return fault;
    this.setFault(path, fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined);
    return fault;
  }

  #send({ status, headers = {}, body = "" }: Answer, fault: HttpFault | undefined): Response {
    if (status === 204 || status === 304) return new Response(null, { status, headers });
    const source = typeof body === "string" ? textBody(body) : body;
    const all = { ...headers, ...lengthHeader(source) };
    return new Response(this.#stream(source, fault), { status, headers: all });
  }

  #stream(body: Body, fault: HttpFault | undefined): ReadableStream<Uint8Array<ArrayBuffer>> {
    const bytes = this.#bytes(body, fault);
    const finish = this.#begin();
    return new ReadableStream({
      async pull(controller) {
        try {
          const { value, done } = await bytes.next();
          if (!done) return controller.enqueue(value);
          finish();
          controller.close();
        } catch (error) {
          finish();
          controller.error(error);
        }
      },
      cancel: finish,
    }, { highWaterMark: 0 });
  }

  /** The pieces, with the fault in its place. */
  async *#bytes(
    body: Body,
    fault: HttpFault | undefined,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const limit = limitOf(body, fault);
    let sent = 0;
    if (limit === 0) await this.#stopAt(fault);
    for (const piece of body.pieces(fault?.kind === "trickle" ? fault.piece : undefined)) {
      const before = Math.max(0, limit - sent);
      sent += piece.length;
      if (before === 0 || before > piece.length) {
        yield piece;
        continue;
      }
      yield piece.subarray(0, before);
      await this.#stopAt(fault);
      if (before < piece.length) yield piece.subarray(before);
    }
  }

  /** Waits, or closes the connection. */
  async #stopAt(fault: HttpFault | undefined): Promise<void> {
    if (fault?.kind === "gate") return await Promise.race([fault.opened, this.#closed.promise]);
    if (fault?.kind === "hang") await this.#closed.promise;
    throw new Error("The connection breaks off here");
  }

  /** Counts a body in progress; the result ends it, once. */
  #begin(): () => void {
    if (this.#sending++ === 0) this.#idle = Promise.withResolvers();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (--this.#sending === 0) this.#idle.resolve();
    };
  }
}

function limitOf(body: Body, fault: HttpFault | undefined): number {
  if (fault?.kind !== "cut" && fault?.kind !== "hang" && fault?.kind !== "gate") return Infinity;
  return placeOf(fault.after, body.length ?? Infinity);
}

function lengthHeader({ length }: Body): Record<string, string> {
  return length === null ? {} : { "Content-Length": `${length}` };
}

function textBody(text: string): Body {
  const bytes = new TextEncoder().encode(text);
  return { length: bytes.length, pieces: () => bytes.length === 0 ? [] : [bytes] };
}
