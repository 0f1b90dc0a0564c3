"""Comment moderation. Rooms, from the street inward:

public, api, dashboard, management   doors: speak to people and programs, hold no rules
services                             verbs: every change to the data happens here
models                               nouns: what the database holds
scoring                              maths: a comment in, a score and a verdict out; no Django
submission, status, privacy, limits  words and small tools that every room shares

Imports run downwards only; tests/test_architecture.py keeps it so.
"""
