from portal.simulators.words import N_, Words

WORDS = Words(name=N_("bono_social_electrico"), what="", where="")
