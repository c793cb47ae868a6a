"""The sandbox: a carrier, a mailbox and an identity provider on loopback, so that Alma runs with no account anywhere.

A process of its own that imports none of Alma. What it stands for and what it leaves out: README.md in this folder.
"""
