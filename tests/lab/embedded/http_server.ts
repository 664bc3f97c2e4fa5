/**
 * An HTTP server on loopback that records what it is asked and goes wrong on demand. A body has the
 * length that its header says or the connection breaks: HTTP itself leaves no other lie.
 *
 * @module
 */
import { placeOf } from "./fault.ts";
import type { HttpFault } from "./fault.ts";

/** What a server was asked. */
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

/** What a service answers. */
export interface Answer {
  /** Status. */
  readonly status: number;
  /** Header fields, `Content-Length` aside. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes. @default {""} */
  readonly body?: string | Body;
}

/** What a service is: a function of the request. */
export type Service = (request: Request, url: URL) => Answer | Promise<Answer>;

/** A running server. Disposing it breaks every connection. */
export class HttpServer implements AsyncDisposable {
  /** Everything asked so far. */
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
      // A body that a fault breaks off ends here; the client's view of it is what counts.
      onError: () => new Response(null, { status: 500 }),
    }, (request) => this.#respond(request));
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Makes the answers to a path go wrong from now on; `undefined` heals it. */
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

  /** Stops listening and breaks what is open. */
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

  /** Sends the pieces up to the place where a fault ends them. */
  #stream(body: Body, fault: HttpFault | undefined): ReadableStream<Uint8Array<ArrayBuffer>> {
    const pieces = body.pieces(fault?.kind === "trickle" ? fault.piece : undefined)
      [Symbol.iterator]();
    const limit = limitOf(body, fault);
    const finish = this.#begin();
    let sent = 0;
    return new ReadableStream({
      pull: async (controller) => {
        if (sent === limit && fault?.kind === "hang") await this.#closed.promise;
        const { value, done } = sent === limit ? { value: undefined, done: false } : pieces.next();
        if (value !== undefined) {
          const allowed = value.subarray(0, limit - sent);
          sent += allowed.length;
          return controller.enqueue(allowed);
        }
        finish();
        if (done) controller.close();
        else controller.error(new Error("The connection breaks off here"));
      },
      cancel: finish,
    }, { highWaterMark: 0 });
  }

  /** Counts a body that is being sent; the result ends it, once. */
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
  if (fault?.kind !== "cut" && fault?.kind !== "hang") return Infinity;
  return placeOf(fault.after, body.length ?? Infinity);
}

function lengthHeader({ length }: Body): Record<string, string> {
  return length === null ? {} : { "Content-Length": `${length}` };
}

function textBody(text: string): Body {
  const bytes = new TextEncoder().encode(text);
  return { length: bytes.length, pieces: () => bytes.length === 0 ? [] : [bytes] };
}
