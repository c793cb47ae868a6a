from portal.simulators.words import N_, Words

WORDS = Words(name=N_("familia_numerosa"), what="", where="")
