import { denseImage, qcow2Image, smallImages, thickImage, thinImage } from "./tests/bench/bench_images.ts";
await denseImage(1); await thinImage(1); await qcow2Image(1); await smallImages(1); await thickImage(1);
