"""Finding free time: by centre, district, professional and way, and fast for the whole city."""
