"""Salts of hashed network addresses, one a day, forgotten within two days."""

from django.db import models


class AddressSalt(models.Model):
    """The salt of one day. Once it is gone, no hash of that day can be tried against an address."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)
