import { accidents } from "./accidents.ts";
import { printTable } from "./campaign.ts";
import { EMBEDDED } from "./embedded_lab.ts";
import { killAccidents, type Kind } from "./kills.ts";
import "./wrong_bytes.ts";

const KILLS: readonly Kind[] = [
  { what: "a fetch from Ceph", cases: 200, flags: ["--source=rbd"] },
  { what: "a fetch from Glance", cases: 100, flags: ["--source=glance"] },
  { what: "a conversion to raw", cases: 100, converted: true },
  { what: "a prefetch of four", cases: 60, images: 4, size: 300_000 },
];

killAccidents(EMBEDDED, KILLS, { cases: 30, images: 4, size: 300_000 });
accidents(EMBEDDED);

Deno.test.afterAll(printTable);
