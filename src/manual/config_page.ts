/**
 * The manual page glance-direct(5): every option of nova.conf that is read, from the option table.
 *
 * @module
 */
import { ALL_OPTIONS, type OptionEntry } from "@/config/options.ts";
import { PROGRAM } from "@/manual/documentation.ts";
import { CONFIGURATION } from "@/manual/man_text.ts";
import { bold, item, paragraph, plain, section, subsection } from "@/manual/roff.ts";

/**
 * Makes the page, without a trailing newline. It has no date, so the same program always makes the
 * same page.
 */
export function configPage(version: string): string {
  const groups = Object.entries(Object.groupBy(ALL_OPTIONS, ({ group }) => group));
  return [
    `.TH GLANCE\\-DIRECT 5 "" "glance\\-direct ${plain(version)}" "File Formats"`,
    section("Name"),
    plain(`${PROGRAM} - the options of nova.conf that ${PROGRAM}(1) reads`),
    section("Description"),
    ...CONFIGURATION.map((text) => paragraph(plain(text))),
    section("Options"),
    ...groups.flatMap(([group, options = []]) => [
      subsection(`[${group}]`),
      ...options.map(setting),
    ]),
    section("See also"),
    `${bold(PROGRAM)}(1)`,
  ].join("\n");
}

function setting({ group, name, spec }: OptionEntry): string {
  const facts = [
    spec.choices === undefined ? spec.type : `one of ${spec.choices.join(", ")}`,
    ...spec.default === undefined || spec.default === "" ? [] : [`default: ${spec.default}`],
    ...spec.flag === undefined ? [] : [`flag: ${spec.flag}`],
    ...spec.deprecated === undefined ? [] : [`formerly: ${spec.deprecated.join(", ")}`],
    ...spec.forSubstitution ? [`used where another value says $${name}`] : [],
    `environment: ${environmentTwin(group, name)}`,
  ];
  return item(bold(name), `${plain(spec.help)}\n${plain(`(${facts.join("; ")})`)}`);
}

/** As the configuration looks it up: oslo.config's name, and a shorter one for our group. */
function environmentTwin(group: string, name: string): string {
  return (group === "glance_direct" ? `${group}_${name}` : `OS_${group}__${name}`).toUpperCase();
}
