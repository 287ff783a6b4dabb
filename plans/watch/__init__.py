"""What Steward notices by itself, without a model: deadlines that pass."""
