"""Figures: pure functions from arrays to Plotly figures, and the sentence that describes each."""

try:
    import plotly  # noqa: F401
except ModuleNotFoundError:
    raise ModuleNotFoundError("figures need plotly: pip install 'hypernet[figures]'") from None
