"""The ideas of the package in one short file each; tests show that they equal it."""
