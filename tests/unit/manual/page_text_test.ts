import { assert, assertEquals, assertMatch } from "@std/assert";
import { configPage } from "@/manual/config_page.ts";
import { pageText } from "@/manual/page_text.ts";
import { bold, item, paragraph, plain, section, subsection, verbatim } from "@/manual/roff.ts";

Deno.test("pageText shows headings, paragraphs, terms and verbatim lines as man does", () => {
  const roff = [
    '.TH GLANCE\\-DIRECT 1 "" "glance\\-direct 1.0" "User Commands"',
    section("Name"),
    plain('glance-direct - it\'s "plain" ~ ^ ` \\ text … within the columns'),
    section("Options"),
    item(bold("--format"), plain("What it does.")),
    item(bold("-f"), plain("The same, and more text than one line can have.")),
    item(bold("0"), verbatim(["as it is"]).replace(/^\.PP\n/, "")),
    subsection("fetch"),
    paragraph("Examples:"),
    verbatim(["glance-direct fetch   a --with many words that are not wrapped"]),
    paragraph("The end."),
  ].join("\n");
  assertEquals(pageText(roff, 40).split("\n"), [
    "GLANCE-DIRECT(1)",
    "",
    "NAME",
    '       glance-direct - it\'s "plain" ~ ^',
    "       ` \\ text … within the columns",
    "",
    "OPTIONS",
    "       --format",
    "              What it does.",
    "",
    "       -f     The same, and more text",
    "              than one line can have.",
    "",
    "       0",
    "                  as it is",
    "",
    "   fetch",
    "       Examples:",
    "",
    "glance-direct fetch   a --with many words that are not wrapped",
    "",
    "       The end.",
  ]);
});

Deno.test("pageText leaves no macro and no escape of glance-direct(5)", () => {
  const text = pageText(configPage("1.0"), 80);
  assertMatch(text, /^ {7}seal_keys$/m);
  assertEquals(text.match(/^\.\w+|\\/gm)?.filter((found) => found !== "\\") ?? [], []);
  assert(!text.includes("\\f") && !text.includes("\\-"));
});
