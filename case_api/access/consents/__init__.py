"""The person's own switches: `words` are read before, `moving` gives and withdraws, `reading` tells what stands.

`recipients` knows whom one may give to, `held` what stands for whoever acts, `recalled` what they must use no more,
`receipts` what the person keeps.
"""
