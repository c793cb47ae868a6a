from portal.simulators.words import N_, Words

WORDS = Words(name=N_("dependencia"), what="", where="")
