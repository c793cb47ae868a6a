from portal.simulators.words import N_, Words

WORDS = Words(name=N_("comida_domicilio"), what="", where="")
