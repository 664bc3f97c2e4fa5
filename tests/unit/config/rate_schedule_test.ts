import { assertEquals, assertThrows } from "@std/assert";
import { parseRateSchedule } from "@/config/rate_schedule.ts";
import { ToolError } from "@/errors.ts";
import { rateAt } from "@/bytes/rate_schedule.ts";

const at = (hours: number, minutes = 0) => new Date(2026, 10, 23, hours, minutes).getTime();
const MIB = 1 << 20;

Deno.test("rateAt() follows the steps of the day, and the last one over midnight", () => {
  const schedule = parseRateSchedule("08:00,50M 20:00,off 23:30,10M", "a test");
  const rates = [at(0), at(7, 59), at(8), at(19, 59), at(20), at(23, 30)].map((now) =>
    rateAt(schedule, now)
  );
  assertEquals(rates, [10 * MIB, 10 * MIB, 50 * MIB, 50 * MIB, undefined, 10 * MIB]);
});

Deno.test("rateAt() without steps, or with 'off', is no limit", () => {
  for (const text of ["", "off"]) {
    assertEquals(rateAt(parseRateSchedule(text, "a test"), at(12)), undefined);
  }
});

Deno.test("parseRateSchedule() accepts one limit for the whole day", () => {
  assertEquals(rateAt(parseRateSchedule("1.5M", "a test"), at(3)), 1.5 * MIB);
});

for (const text of ["24:00,1M", "8:00,1M", "08:00", "08:00,fast", "0", "08:00,1M 1M"]) {
  Deno.test(`parseRateSchedule() refuses '${text}' and names its place`, () => {
    const error = assertThrows(
      () => parseRateSchedule(text, "nova.conf:7"),
      ToolError,
      "nova.conf:7",
    );
    assertEquals(error.code, "config_invalid");
  });
}
