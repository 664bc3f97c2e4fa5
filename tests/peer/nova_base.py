"""Makes base files as nova does: nova.virt.images.fetch_to_raw with force_raw_images.

Reads "IMAGE DISK_FORMAT BASE" a line from standard input and answers with one JSON value a line: null, or
why nova refuses the image. Only nova's download and its look into Glance are replaced. The inspection is
off: without it nova converts a VHD, too, as any nova did before 2024.
"""
import json
import logging
import shutil
import sys

logging.disable(logging.CRITICAL)

import nova.conf  # noqa: E402
from nova import exception  # noqa: E402
import nova.virt.images as images  # noqa: E402

nova.conf.CONF([], project="nova", default_config_files=[])
nova.conf.CONF.set_override("force_raw_images", True)
nova.conf.CONF.set_override("disable_deep_image_inspection", True, "workarounds")

for line in sys.stdin:
    image, disk_format, base = line.split()
    images.fetch = lambda _context, _image, path, trusted_certs=None: shutil.copyfile(image, path)
    images.IMAGE_API.get = lambda *_: {"disk_format": disk_format}
    nova.conf.CONF.set_override("instances_path", base.rpartition("/")[0])
    try:
        images.fetch_to_raw(None, "image", base)
        print("null", flush=True)
    except exception.NovaException as error:
        print(json.dumps(str(error)), flush=True)
