"""What a learner is given from outside, checked once; no options (spec) and no files (checkpoint).

a user's call ── door ──► checked ──► the core's own calls, which no door looks at again
"""

from hypernet.boundary.checks import Expected, check_whole
from hypernet.boundary.doors import check_batch, check_task, guard, trusted

__all__ = ["Expected", "check_batch", "check_task", "check_whole", "guard", "trusted"]
