"""How much one mail may cost. Beyond these it is kept and quarantined with a reason, or read in part with a note."""

LARGEST_MESSAGE = 25 * 1024 * 1024  # bytes we accept by SMTP and parse
DEEPEST = 100  # parts inside parts
MOST_PARTS = 1_000
LARGEST_HTML = 1_000_000  # characters turned into text
LARGEST_TEXT = 1_000_000  # characters of `body_full`
LARGEST_BODY = 100_000  # characters of `body`
QUOTE_LINES = 3_000  # lines searched for the start of a quote
HTML_SECONDS = 4.0
CPU_SECONDS = 12  # of the parser process, a mail
WALL_SECONDS = 30.0
MEMORY_BYTES = 1024 * 1024 * 1024  # address space of the parser process
