"""The tests mirror moderation/ and tasks/, file by file."""
