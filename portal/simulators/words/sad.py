from portal.simulators.words import N_, Words

WORDS = Words(name=N_("sad"), what="", where="")
