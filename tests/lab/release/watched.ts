/**
 * Runs tests, prints their output, and reads the summary that Deno prints at the end.
 *
 * @module
 */
import { type Result, today } from "./results.ts";

/** `ok | 86 passed (3 steps) | 0 failed | 1 ignored (2m3s)` */
const SUM = /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(?: \| (\d+) ignored)?/;

/**
 * Runs a command that ends with Deno's summary. An ignored test counts as failed, because it proves
 * nothing.
 *
 * @param env The whole environment.
 * @param prefix Printed before each line where other suites run at the same time.
 */
export async function watched(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  prefix = "",
): Promise<Result> {
  const options = { args, env: { ...env, NO_COLOR: "1" }, clearEnv: true };
  const child = new Deno.Command(program, { ...options, stdin: "null", stdout: "piped" }).spawn();
  const last = await echoed(child.stdout, prefix);
  const { success } = await child.status;
  const [, passed = 0, failed = 0, ignored = 0] =
    SUM.exec(last)?.map((word) => Number(word ?? 0)) ?? [];
  const lost = failed + ignored;
  return today(passed, lost > 0 || (success && passed > 0) ? lost : 1);
}

/** Forwards whole lines. @returns The last one that is a summary. */
async function echoed(stream: ReadableStream<Uint8Array>, prefix: string): Promise<string> {
  const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
  let [sum, rest] = ["", ""];
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    const text = lines.map((line) => `${prefix}${line}\n`).join("");
    await Deno.stdout.write(encoder.encode(text));
    sum = lines.findLast((line) => SUM.test(line)) ?? sum;
  }
  return sum;
}
