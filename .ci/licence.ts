/**
 * Licences of the executable's content, from the packages themselves.
 *
 * @module
 */
import type { Contents, EmbeddedPackage } from "./artifact.ts";
import { run } from "./command.ts";

/** The licence of one package. */
export interface Licence {
  /** The package. */
  readonly package: EmbeddedPackage;
  /** SPDX expression, e.g. `MIT`. */
  readonly expression: string;
  /** Its text. */
  readonly text: string;
}

/** Deno's licence; not all of its npm packages contain the text. */
const DENO_LICENCE = `MIT License

Copyright 2018-2026 the Deno authors

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

/** Directory of a package in Deno's cache; one level is the registry's name. */
async function cachedFolder({ name, version }: EmbeddedPackage): Promise<string> {
  const { npmCache } = JSON.parse(await run([Deno.execPath(), "info", "--json"]));
  for await (const registry of Deno.readDir(npmCache)) {
    const folder = `${npmCache}/${registry.name}/${name}/${version}`;
    if (await Deno.stat(folder).then(() => true, () => false)) return folder;
  }
  throw new Error(`Cannot find the licence of '${name}@${version}': it is not in Deno's cache`);
}

async function licenceOf(embedded: EmbeddedPackage): Promise<Licence> {
  const folder = await cachedFolder(embedded);
  const { license } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
  const text = await Deno.readTextFile(`${folder}/LICENSE`);
  return { package: embedded, expression: license, text };
}

/** Licences of the runtime and of every package, in that order. */
export async function licencesOf(contents: Contents): Promise<readonly Licence[]> {
  const runtime = { name: "deno", version: contents.runtime };
  return [
    { package: runtime, expression: "MIT", text: DENO_LICENCE },
    ...await Promise.all(contents.packages.map(licenceOf)),
  ];
}
