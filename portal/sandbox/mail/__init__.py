"""The mailbox: the remote providers of the sample people and the city's edge relay, over real SMTP."""
