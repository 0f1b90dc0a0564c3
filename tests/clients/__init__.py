"""Real, unmodified clients against a running Winnow; opt-in (`manage.py test --clients`)."""
