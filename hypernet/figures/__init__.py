"""Figures: pure functions from arrays to Plotly figures, and the sentence that describes each."""

try:
    import plotly  # noqa: F401
except ModuleNotFoundError as error:
    if error.name != "plotly":
        raise
    raise ModuleNotFoundError(
        "figures need plotly: pip install 'hypernet[figures]'", name="plotly"
    ) from None
