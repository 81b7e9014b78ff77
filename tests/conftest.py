"""Shape annotations of the core are checked in every test; one torch thread, as in the app."""

from __future__ import annotations

import torch
from jaxtyping import install_import_hook

from tests.shapes import check

torch.set_num_threads(1)
install_import_hook("hypernet", f"{check.__module__}.check")
