"""The weight loom of the home page."""
