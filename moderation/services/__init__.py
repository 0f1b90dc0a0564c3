"""Verbs: every change to the data, one module per capability."""
