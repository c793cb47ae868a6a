"""The professionals' desk: one inbox over every channel, the person beside it, the day's agenda."""
