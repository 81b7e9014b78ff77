"""The machine: the stations that a learner is made of, with the numbers of its own options.

description → encoder → z → generator → weights → target → loss → inner step ─► back to weights

Experiment ── stations ──► a tuple of `Station`, in this order; a learner without one leaves it out.
"""

from hypernet.inspection.machine.station import ORIGINS, PLACES, Station
from hypernet.inspection.machine.strip import stations

__all__ = ["ORIGINS", "PLACES", "Station", "stations"]
