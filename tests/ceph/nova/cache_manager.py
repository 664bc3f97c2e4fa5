"""One pass of nova's image cache manager, on a host where no server exists any more."""
import compute

from unittest import mock

from nova import objects
from nova.virt.libvirt import imagecache


def main() -> None:
    compute.start()
    # The only thing that it would ask the database for.
    with mock.patch.object(objects.BlockDeviceMappingList, "bdms_by_instance_uuid", return_value={}):
        outcome = compute.attempt(imagecache.ImageCacheManager().update, None, [])
    compute.answer(outcome)


main()
