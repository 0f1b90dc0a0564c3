"""Benchmarks, each beside its peers in the same run; see README.md for the commands."""
