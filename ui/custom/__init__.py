"""The parts of the page *Your own task*; what a task is lies in `hypernet.custom`."""
