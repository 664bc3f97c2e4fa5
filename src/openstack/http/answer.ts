/**
 * Reads the body of an answer that fits in memory, limited in size and time.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { fieldOf } from "@/openstack/http/fields.ts";
import { answerFailure, connectionFailure } from "@/openstack/http/failure.ts";

/** Maximum bytes of a body that is read whole: a page of image records is far smaller (16 MiB). */
const BODY_LIMIT = 16 << 20;

/** How to read a body. */
export interface ReadOptions {
  /** The request, for messages: `GET 'http://…'`. */
  readonly action: string;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** Time limit for the whole body, in milliseconds. */
  readonly timeoutMs: number;
  /** Size limit for the whole body, in bytes. @default {16 MiB} */
  readonly limit?: number;
}

/** The body as text. @throws {ToolError} `source_unavailable`, too long or cut off; `timeout`. */
export async function readText(
  response: Response,
  clock: Clock,
  options: ReadOptions,
): Promise<string> {
  const { action, limit = BODY_LIMIT } = options;
  const work = (signal: AbortSignal) => collect(response, { action, limit }, signal);
  return await withDeadline(clock, { ...options, final: true }, work);
}

/**
 * The body as JSON.
 *
 * @throws {ToolError} As {@linkcode readText}, and `source_unavailable`, if it is not JSON.
 */
export async function readJson(
  response: Response,
  clock: Clock,
  options: ReadOptions,
): Promise<unknown> {
  return parseJson(await readText(response, clock, options), options.action);
}

/**
 * The JSON of a body.
 *
 * @param action The request, for messages.
 * @throws {ToolError} `source_unavailable`, if it is not JSON.
 */
export function parseJson(text: string, action: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ToolError("source_unavailable", `Cannot ${action}: the answer is not JSON`, {
      hints: ["check that the endpoint is an OpenStack service: glance-direct doctor"],
    });
  }
}

/**
 * The error for an answer with an unexpected status, with the message from its body; the body is
 * read or cancelled.
 *
 * @param secrets Texts that were sent to the peer and may be repeated; they are masked.
 */
export async function failureOf(
  response: Response,
  clock: Clock,
  options: ReadOptions,
  secrets: readonly string[] = [],
): Promise<ToolError> {
  const body = saysSomething(response)
    ? await readText(response, clock, options).catch(() => "")
    : await discard(response);
  options.signal.throwIfAborted();
  const detail = secrets.filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "***"), saidIn(body));
  return answerFailure(response, options.action, detail, clock.now());
}

/** Data is not a message, and neither is the body of an unexpected success (203, 206). */
function saysSomething({ headers, ok }: Response): boolean {
  const type = fieldOf(headers, "content-type") ?? "text/plain";
  return !ok && /^text\/|[/+](?:json|xml)\b/i.test(type);
}

async function discard(response: Response): Promise<string> {
  await response.body?.cancel();
  return "";
}

/** The sentence in an error body: Keystone's and Barbican's JSON, or the HTML of Glance's webob. */
function saidIn(body: string): string {
  try {
    const json = JSON.parse(body);
    const said = json?.error?.message ?? json?.message ?? json?.description;
    return typeof said === "string" ? said : "";
  } catch {
    // No regular expression may start again at each "<" of a body with many of them: that would
    // take days.
    return body.replace(/<(title|h1)>[^<]*<\/\1>/g, "").replace(/<[^<>]*>/g, " ")
      .replace(/&#x27;/g, "'").replace(/&quot;/g, '"').replace(/&[lg]t;|&amp;/g, " ").trim();
  }
}

async function collect(
  response: Response,
  { action, limit }: { readonly action: string; readonly limit: number },
  signal: AbortSignal,
): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop);
  try {
    return await drain(reader, action, limit);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ToolError ? error : connectionFailure(action, error);
  } finally {
    signal.removeEventListener("abort", stop);
    signal.throwIfAborted();
  }
}

async function drain(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  action: string,
  limit: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    length += step.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new ToolError(
        "source_unavailable",
        `Cannot ${action}: the answer is longer than ${limit} bytes`,
        { hints: ["check that the endpoint is an OpenStack service: glance-direct doctor"] },
      );
    }
    text += decoder.decode(step.value, { stream: true });
  }
  return text + decoder.decode();
}
