"""Downloads an image as `glance image-download` does (glanceclient.v2.shell.do_image_download), which
verifies the hash of the record. The command itself keeps schemas in the home directory and fails on
those that it wrote (4.1.0), so the library is called in its place.

Arguments: URL of a Glance without authentication, image id, path.
"""
import sys

import glanceclient
from glanceclient.common import utils

endpoint, image_id, path = sys.argv[1:]
client = glanceclient.Client("2", endpoint, token="none")
utils.save_image(client.images.data(image_id), path)
