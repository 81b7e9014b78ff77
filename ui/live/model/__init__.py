"""Models for the browser and their evaluation there; nothing that draws."""
