"""Sets nova's concurrency mode as nova-compute does: first of all, before anything else of nova."""
import os


def choose(threads: bool) -> None:
    """Patches for eventlet, or not at all; nova before 32 (2025.2) patched when it was imported."""
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = str(threads)
    from nova import monkey_patch

    if hasattr(monkey_patch, "patch"):
        monkey_patch.patch(backend="threading" if threads else "eventlet")
    from eventlet import patcher

    if patcher.is_monkey_patched("thread") == threads:
        raise RuntimeError("nova is patched: %s, expected %s" % (threads, not threads))
