"""DOOR for programs: REST under /api/v1/. Django REST framework lives here only."""
