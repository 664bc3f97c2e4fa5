import { Mutator } from "./mutation.ts";
import { PARSERS } from "./parsers.ts";
import { ToolError } from "@/errors.ts";
for (const p of PARSERS.slice(0, 2)) {
  const m = new Mutator(957401, p.words);
  const end = performance.now() + 40000;
  let n = 0;
  const gc = Deno.memoryUsage().heapUsed;
  for (let i = 0; i < 100000 && performance.now() < end; i++) {
    n = i;
    const text = m.text(p.samples);
    const b = performance.now();
    let err: unknown;
    try {
      await p.parse(text);
    } catch (e) {
      err = e;
    }
    const t = performance.now() - b;
    if (t > 300 || (err && (!(err instanceof ToolError)))) {
      console.log(
        p.name,
        i,
        text.length,
        Math.round(t),
        String(err).slice(0, 200),
        JSON.stringify(text.slice(0, 120)),
        JSON.stringify(text.slice(-120)),
      );
      if (t > 300) break;
    }
  }
  console.log(p.name, "done", n, Deno.memoryUsage().heapUsed - gc);
}
