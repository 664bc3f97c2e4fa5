/**
 * Many small images: one `prefetch` compared with one `fetch` after another.
 *
 * @module
 */
import type { BenchHost } from "./bench_host.ts";
import type { BenchImage } from "./bench_images.ts";
import type { Contender } from "./contenders.ts";

/** Both ways; each begins with an empty cache. */
export async function smallContenders(
  host: BenchHost,
  images: readonly BenchImage[],
): Promise<readonly Contender[]> {
  const list = `${host.directory}/small.list`;
  await Deno.writeTextFile(list, images.map(({ id }) => `${id}\n`).join(""));
  const conf = `--config-file=${host.plain}`;
  const clear = `rm -rf ${host.directory}/plain/instances/_base`;
  const prefetch = (concurrency: number) =>
    contender(
      `prefetch --concurrency ${concurrency}`,
      `${clear}; ${host.program} prefetch ${conf} --from=${list} --concurrency=${concurrency} -q`,
    );
  return [
    contender(
      "one fetch after another",
      `${clear}; while read id; do ${host.program} fetch $id ${conf} -q; done < ${list}`,
    ),
    ...[1, 2, 4, 8].map(prefetch),
  ];
}

function contender(name: string, command: string): Contender {
  return {
    name,
    argv: ["/bin/bash", "-e", "-c", `${command} > /dev/null`],
    writes: false,
    figures: () => ({}),
  };
}
