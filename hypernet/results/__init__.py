"""The tables of docs/results.md, and what they are measured with."""

from hypernet.results.document import results
from hypernet.results.measurements import Measurements, measurements
from hypernet.results.study import Study

__all__ = ["Measurements", "Study", "measurements", "results"]
