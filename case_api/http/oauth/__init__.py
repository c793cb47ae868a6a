"""The authorization server: who may have a token, for whom, for how long, and how it ends early.

`clients` are the programs, `store` what was authorised and issued, `ends` what is over before its time, `grants` the
ways to a token (Authlib), `app` the endpoints. The page on which a person says yes is the portal's.
"""
