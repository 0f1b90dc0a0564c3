"""Maths: evidence in, a score, its reasons and a verdict out.

Plain Python and numpy, no Django, no clock, no queries.
"""
