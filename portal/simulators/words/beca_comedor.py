from portal.simulators.words import N_, Words

WORDS = Words(name=N_("beca_comedor"), what="", where="")
