"""Telling other programs that something changed: thin, signed, decided again at the moment of sending.

`outbox` writes what is to be told in the transaction of the change, `sending` tells it, `signing` says how it is
signed, `recipients` who asked to be told, `recalls` asks back what went out by a consent that ended.
"""
