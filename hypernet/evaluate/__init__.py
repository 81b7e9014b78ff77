"""Learners measured on held-out tasks, and how sure that is; tables of it belong to results."""

from hypernet.evaluate.report import (
    Report,
    answered_right,
    evaluate,
    last_finite_step,
    loss_per_step,
)

__all__ = ["Report", "answered_right", "evaluate", "last_finite_step", "loss_per_step"]
