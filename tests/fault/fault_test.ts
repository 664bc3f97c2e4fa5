import { table } from "./campaign.ts";
import "./kills.ts";
import "./tampering.ts";
import "./disks.ts";
import "./sources.ts";
import "./crowd.ts";
import "./memory.ts";
import "./clock.ts";

Deno.test.afterAll(() => {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${table()}\n`));
});
