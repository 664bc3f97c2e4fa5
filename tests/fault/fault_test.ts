import { table } from "./campaign.ts";
import "./kills.ts";
import "./tampering.ts";

Deno.test.afterAll(() => {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${table()}\n`));
});
