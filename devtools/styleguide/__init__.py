"""The style guide."""
