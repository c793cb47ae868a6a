"""`python -m accessibility TARGET`."""

from accessibility.cli import audit

if __name__ == "__main__":
    audit()
