"""DOOR for operators: commands."""
