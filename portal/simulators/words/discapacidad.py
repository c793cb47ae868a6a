from portal.simulators.words import N_, Words

WORDS = Words(name=N_("discapacidad"), what="", where="")
