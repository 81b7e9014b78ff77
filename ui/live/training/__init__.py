"""The live picture of a meta-training run."""
