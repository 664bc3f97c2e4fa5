import { table } from "./campaign.ts";
import { crowdAccidents } from "./crowd.ts";
import { diskAccidents } from "./disks.ts";
import { EMBEDDED } from "./embedded.ts";
import { rbdAccidents } from "./signals.ts";
import "./kills.ts";
import "./tampering.ts";
import "./sources.ts";
import "./limits.ts";
import "./memory.ts";
import "./clock.ts";

diskAccidents(EMBEDDED);
crowdAccidents(EMBEDDED);
rbdAccidents(EMBEDDED);

Deno.test.afterAll(() => {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${table()}\n`));
});
