// Draws the pictures of the default site. No image library: the pixels come from formulas, the
// files from the two small encoders beside this script.
//
//   deno run --allow-write=resources scripts/pictures.ts

import { encodeJpeg } from "./pictures/jpeg.ts";
import { drawLogo } from "./pictures/logo.ts";
import { encodePng } from "./pictures/png.ts";
import { drawScene } from "./pictures/scene.ts";

/** 1 to 100. At 84 the landscape shows no blocks and stays well under 150 KB. */
const PHOTO_QUALITY = 84;

/** The bytes of `resources/logo.png`. */
export async function logoPng(): Promise<Uint8Array<ArrayBuffer>> {
  return await encodePng(drawLogo());
}

/** The bytes of `resources/photo.jpg`. */
export function photoJpeg(): Uint8Array<ArrayBuffer> {
  return encodeJpeg(drawScene(), PHOTO_QUALITY);
}

if (import.meta.main) {
  const resources = new URL("../resources/", import.meta.url);
  await Deno.writeFile(new URL("logo.png", resources), await logoPng());
  await Deno.writeFile(new URL("photo.jpg", resources), photoJpeg());
}
