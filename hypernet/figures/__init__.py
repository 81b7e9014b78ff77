"""Figures: pure functions from arrays to Plotly figures, and the sentence that describes each."""
