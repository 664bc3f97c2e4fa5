/**
 * Errors in Glance's form: the HTML page of WebOb's exceptions.
 *
 * @module
 */
import type { Answer } from "./http_server.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  415: "Unsupported Media Type",
  416: "Request Range Not Satisfiable",
};

/** The content of an error page in addition to its status and explanation. */
export interface ErrorPageOptions {
  /** The second paragraph. */
  readonly detail?: string;
  /** Header fields. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer for an error; texts are escaped. */
export function errorPage(
  status: number,
  explanation: string,
  { detail = "", headers = {} }: ErrorPageOptions = {},
): Answer {
  const title = `${status} ${TITLES[status]}`;
  return {
    status,
    headers: { "Content-Type": "text/html; charset=UTF-8", ...headers },
    body: `<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n  <h1>${title}</h1>\n` +
      `  ${escaped(explanation)}<br /><br />\n${escaped(detail)}\n\n\n </body>\n</html>`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
