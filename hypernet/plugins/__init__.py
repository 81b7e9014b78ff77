"""Parts of one's own: families, encoders, generators, learners that no file of the package holds.

    register("generator", "biases", BiasesOptions)   in a script or a notebook
    hypernet --plugin my_generator.py …              from a file; HYPERNET_PLUGINS for the app

What belongs here is how such a part is checked, named and found again; no part itself.
"""

from hypernet.plugins.files import (
    load_named_plugins,
    load_plugin,
    named_files,
    own_files,
    plugin_environment,
)
from hypernet.plugins.register import own_names, register

__all__ = [
    "load_named_plugins",
    "load_plugin",
    "named_files",
    "own_files",
    "own_names",
    "plugin_environment",
    "register",
]
