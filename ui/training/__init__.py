"""The parts of the page *Meta-training*; what trains lies in `hypernet.jobs`."""
