/**
 * HTTP to the lab's own services. It uses `node:http` because `fetch` cannot send a stream with a
 * length (Glance first makes a smaller image of it) and goes through `HTTP_PROXY`.
 *
 * @module
 */
import { type IncomingHttpHeaders, request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { createReadStream } from "node:fs";
import { until } from "./wait.ts";

/** What {@linkcode call} takes in addition to method and URL. */
export interface CallOptions {
  /** Header fields. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A value that is sent as JSON. */
  readonly json?: unknown;
  /** A file whose bytes are the body. */
  readonly file?: string;
  /** Time limit for the whole call, in seconds. @default {600} */
  readonly seconds?: number;
}

/** A complete answer. */
export interface Answer {
  /** Status code. */
  readonly status: number;
  /** Header fields, lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The body. */
  readonly body: string;
}

/** Sends one request and reads the whole answer, whatever its status. */
export async function exchange(
  method: string,
  url: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { body, headers } = await bodyOf(options);
  const outgoing = request(url, {
    method,
    agent: false,
    signal: AbortSignal.timeout((options.seconds ?? 600) * 1000),
    headers: { ...headers, ...options.headers, connection: "close" },
  });
  const answered = Promise.withResolvers<Answer>();
  outgoing.once("error", answered.reject);
  outgoing.once("response", (incoming) => {
    text(incoming).then((body) => {
      answered.resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
    }, answered.reject);
  });
  // A server that refuses early closes the connection while the body is being sent; its answer
  // still counts.
  const sent = pipeline(body, outgoing).then(() => answered.promise);
  return await Promise.any([answered.promise, sent]).catch((error: AggregateError) => {
    throw error.errors[0];
  });
}

/**
 * Like {@linkcode exchange}, for requests that must succeed.
 *
 * @throws {Error} With the beginning of the body, if the status is not 2xx.
 */
export async function call(method: string, url: string, options?: CallOptions): Promise<Answer> {
  const answer = await exchange(method, url, options);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`'${method} ${url}' answered ${answer.status}: ${answer.body.slice(0, 500)}`);
}

/** Waits until something answers at a URL; any status counts. */
export async function untilAnswers(url: string, seconds = 60): Promise<void> {
  await until(
    `answer from '${url}'`,
    () => exchange("GET", url, { seconds: 5 }).then(() => true, () => false),
    seconds,
  );
}

async function bodyOf(
  options: CallOptions,
): Promise<{ body: Readable; headers: Record<string, string> }> {
  if (options.file !== undefined) {
    const { size } = await Deno.stat(options.file);
    const body = createReadStream(options.file, { highWaterMark: 1 << 20 });
    return {
      body,
      headers: { "content-length": `${size}`, "content-type": "application/octet-stream" },
    };
  }
  if (options.json === undefined) return { body: Readable.from([]), headers: {} };
  const bytes = new TextEncoder().encode(JSON.stringify(options.json));
  return {
    body: Readable.from([bytes]),
    headers: { "content-length": `${bytes.length}`, "content-type": "application/json" },
  };
}
